// A framework as a list of controls, each with the checks that are its evidence, and what comes of a run of them.

import type { Check, Observation, ReportPorts } from './check.ts';
import { commandsFor } from './commands.ts';

/** One control. `title` is the framework's own; `requires` is ours. */
export interface Control {
  readonly id: string;
  readonly title: string;
  readonly requires: string;
  readonly checks: readonly Check[];
}

export interface Framework {
  /** On the command line. */
  readonly name: string;
  readonly title: string;
  /** Whose ids and titles these are. */
  readonly source: string;
  readonly controls: readonly Control[];
}

/** A check with what was seen. */
export interface Evidence extends Observation {
  readonly id: string;
  readonly shows: string;
  readonly command: string;
  readonly unobserved: Check['unobserved'];
}

export type Verdict = 'pass' | 'fail' | 'not-observed';

export interface JudgedControl extends Omit<Control, 'checks'> {
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
}

export interface Report {
  readonly framework: string;
  readonly title: string;
  readonly source: string;
  /** False when a control fails, or lacks evidence that it must have. */
  readonly ok: boolean;
  readonly controls: readonly JudgedControl[];
}

/** Observes each check once, one after the other: probes must not disturb each other. */
export async function observeAll(
  framework: Framework,
  ports: ReportPorts,
  tell: (check: Check) => void = () => undefined,
): Promise<ReadonlyMap<string, Evidence>> {
  const checks = new Map(
    framework.controls.flatMap((control) => control.checks.map((each) => [each.id, each])),
  );
  const seen = new Map<string, Evidence>();
  const fillIn = commandsFor(ports);
  for (const check of checks.values()) {
    tell(check);
    const { id, shows, command, unobserved } = check;
    seen.set(id, { id, shows, command: fillIn(command), unobserved, ...(await observed(check, ports)) });
  }
  return seen;
}

/** A check that breaks has shown nothing, and is not passed over. */
async function observed(check: Check, ports: ReportPorts): Promise<Observation> {
  try {
    return await check.observe(ports);
  } catch (error) {
    return {
      outcome: 'fail',
      says: `could not be carried out: ${error instanceof Error ? error.message : 'error'}`,
    };
  }
}

/** The report on what was seen. `strict`: whatever was not observed counts as a failure. */
export function judge(
  { name, title, source, controls }: Framework,
  seen: ReadonlyMap<string, Evidence>,
  strict: boolean,
): Report {
  const judged = controls.map(({ checks, ...control }) => {
    const evidence = checks.flatMap(({ id }) => seen.get(id) ?? []);
    return { ...control, verdict: verdictOn(evidence, strict), evidence };
  });
  const isOpen = ({ evidence }: JudgedControl) => evidence.some((each) => isMissed(each, strict));
  const ok = judged.every((control) => control.verdict !== 'fail' && !isOpen(control));
  return { framework: name, title, source, ok, controls: judged };
}

function verdictOn(evidence: readonly Evidence[], strict: boolean): Verdict {
  if (evidence.some(({ outcome }) => outcome === 'fail')) return 'fail';
  const isShown = evidence.some(({ outcome }) => outcome === 'pass');
  return isShown && !evidence.some((each) => isMissed(each, strict)) ? 'pass' : 'not-observed';
}

function isMissed({ outcome, unobserved }: Evidence, strict: boolean): boolean {
  return outcome === 'not-observed' && (strict || unobserved === 'fails');
}
