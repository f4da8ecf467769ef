// One check of a report: what it shows, the command that shows a person the same, and how it is observed. A check can
// always fail; where something cannot be looked at in this run it says so, and why, instead of passing.

import type { VerifyOptions } from '../audit/verify.ts';
import type { CatalogFile } from '../catalog/problem.ts';
import type { Random } from '../ports.ts';
import type { QuestionPorts } from '../questions/question.ts';
import type { StackShape } from './template.ts';

export type Outcome = 'pass' | 'fail' | 'not-observed';

/** What was seen, in one sentence. */
export interface Observation {
  readonly outcome: Outcome;
  readonly says: string;
}

/** What a check looks at. What is absent cannot be observed in this run. */
export interface ReportPorts {
  /** Grants, agents, catalog in force, trail. */
  readonly questions: QuestionPorts;
  /** The broker that runs. */
  readonly broker: Broker;
  /** Identities for probes: local mode's alone, never those of real agents. */
  readonly probes?: ProbeIdentities;
  /** The synthesized stack with its nested ones. */
  readonly stack?: StackShape;
  /** The catalog of the checkout, as files. */
  readonly catalogFiles?: readonly CatalogFile[];
  /** package-lock.json of the checkout, as text. */
  readonly lockFile?: string;
  /** What is known of the trail beside what it says itself: without it nothing would be proved. */
  readonly trailProof?: Pick<VerifyOptions, 'publicKey' | 'trail' | 'kept'>;
  readonly random: Random;
}

/** An HTTP request as the probes make them. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  /** A body in JSON, instead of a form. */
  readonly json?: object;
  readonly bearer?: string;
}

/** What came back; `body` is empty when it was no JSON object. */
export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Broker {
  /** Base URL without a trailing slash. */
  readonly url: string;
  send(request: Asked): Promise<Answered>;
  /** The same address without TLS; whether anything is served there. Absent for an address without TLS. */
  servesWithoutTls?(): Promise<boolean>;
}

/** Who probes are made as. */
export interface ProbeIdentities {
  /** An assertion of a catalogued agent, or of `server:<name>`, signed by the demo issuer. */
  assertion(
    name: string,
    changes?: { readonly seconds?: number; readonly audience?: string },
  ): Promise<string>;
  /** The demo issuer's public key, as text: what a forger of shared secrets would use. */
  publicKey(): Promise<string>;
  /** An ID token of a person. */
  signIn(): Promise<string>;
  /** An ID token of the person of this subject; undefined when local mode has none such. */
  signInAs(subject: string): Promise<string | undefined>;
  /** An operator's order; its answer. */
  order(command: object): Promise<Readonly<Record<string, unknown>>>;
}

export interface Check {
  readonly id: string;
  /** One sentence in the present tense: what holds when it passes. */
  readonly shows: string;
  /**
   * What a person runs to see the same. Names in braces, `$B` for the broker and `$T` for the synthesized templates are
   * filled in for this deployment (commands.ts).
   */
  readonly command: string;
  /**
   * What it means when it cannot be observed: `fails` where the report is worth nothing without it; `noted` for probes
   * that need an agent's identity, which nobody has to spare for a report in AWS, and for what this version lacks.
   */
  readonly unobserved: 'fails' | 'noted';
  observe(ports: ReportPorts): Promise<Observation>;
}

/** What was seen is as it must be. */
export function pass(says: string): Observation {
  return { outcome: 'pass', says };
}

/** What was seen is otherwise; `says` names it. */
export function fail(says: string): Observation {
  return { outcome: 'fail', says };
}

/** Nothing was seen; `says` is why, and what would help. */
export function notObserved(says: string): Observation {
  return { outcome: 'not-observed', says };
}

/** Passes when nothing was found; otherwise the first few are named. */
export function passUnless(found: readonly string[], says: string): Observation {
  if (found.length === 0) return pass(says);
  const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '';
  return fail(`${found.slice(0, SHOWN).join('; ')}${more}`);
}

/** Things that one line names. */
const SHOWN = 3;
