// A proof as people read it: what was observed, what was only reasoned and why, and what nobody looked at.

import type { Basis, Evidence } from './check.ts';
import type { OffboardingProof } from './document.ts';

const HEADINGS: readonly (readonly [Basis, string])[] = [
  ['observed', 'Observed'],
  ['reasoned', 'Reasoned, not observed'],
  ['not-looked-at', 'Not looked at'],
];

/** The report, a line each. What people wrote is as they wrote it: whoever prints it takes care of what a terminal obeys. */
export function reportLines({ statement }: OffboardingProof): readonly string[] {
  const { agent, retired, checks, generatedAt, signedBy, deployment, catalogDigest } = statement;
  const facts = [
    `Offboarding of ${agent.id}`,
    '',
    `  ${agent.purpose}; ${agent.environment}; owner ${nameOf(agent.owner)}`,
    `  retired ${retired.at} by ${nameOf(retired.by)}: ${retired.reason}`,
    `  proven  ${generatedAt} by ${deployment}`,
    `  catalog ${catalogDigest}`,
    `  key     ${signedBy}`,
  ];
  const sections = HEADINGS.flatMap(([basis, heading]) => {
    const of = checks.filter((check) => check.basis === basis);
    return of.length === 0 ? [] : ['', heading, ...of.flatMap(checkLines)];
  });
  return [...facts, ...sections];
}

function checkLines({ says, why, evidence }: OffboardingProof['statement']['checks'][number]): string[] {
  const told = evidenceLines(evidence).map((line) => `      ${line}`);
  return [`  - ${says}`, ...(why === undefined ? [] : [`      ${why}`]), ...told];
}

function evidenceLines(evidence: Evidence): string[] {
  return Object.entries(evidence).flatMap(([name, value]) => {
    if (typeof value !== 'object') return [`${name}: ${value}`];
    if (value.length === 0) return [`${name}: none`];
    return value.length === 1 ? [`${name}: ${value[0]}`] : [`${name}:`, ...value.map((each) => `  ${each}`)];
  });
}

function nameOf({ issuer, subject, name }: { issuer: string; subject: string; name?: string }): string {
  return `${name ?? subject} (${name === undefined ? '' : `${subject} `}at ${issuer})`;
}
