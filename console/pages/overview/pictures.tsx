// The charts of the overview.

import Link from '@cloudscape-design/components/link';
import type { AgentStatus, GrantStatus } from '../../../src/core/model.ts';
import type { OverviewTold } from '../../api/admin-answers.ts';
import { hashOf } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';
import { Bars, type Series } from '../../charts/bars.tsx';

interface PictureProps {
  readonly overview: OverviewTold;
}

/** How a grant came out, in the order of the colours. */
const OUTCOMES: readonly {
  readonly title: string;
  readonly of: readonly GrantStatus[];
  readonly color?: string;
}[] = [
  { title: 'open', of: ['reserved', 'pending', 'approved', 'active'] },
  // the usual end is no alarm
  { title: 'done or over', of: ['completed', 'expired'], color: '#7d8998' },
  { title: 'denied or lapsed', of: ['denied', 'lapsed'] },
  { title: 'killed', of: ['killed'] },
  { title: 'failed', of: ['failed'] },
];

/** Grants over time, by what has become of them. */
export function GrantsPerDay({ overview: { grantsPerDay } }: PictureProps) {
  const series: readonly Series[] = OUTCOMES.map(({ of, ...look }) => ({
    ...look,
    values: grantsPerDay.map(({ counts }) => of.reduce((sum, status) => sum + (counts[status] ?? 0), 0)),
  }));
  return (
    <Bars
      title="Grants over time"
      description="Asked for on each day, by what has become of them."
      axis="Day (UTC)"
      names={grantsPerDay.map(({ day }) => day.slice(5))}
      series={series}
      link={<Link href={hashOf('/grants')}>Grants</Link>}
      nothing="Nothing was asked for in these days."
    />
  );
}

/** Refusals by code. */
export function RefusalsByCode({ overview: { refusalsByCode } }: PictureProps) {
  const { me } = useSession();
  return (
    <Bars
      title="Refusals by code"
      description="What was refused in these days."
      axis="Code"
      isLying
      names={refusalsByCode.map(({ code }) => code)}
      series={[{ title: 'refusals', values: refusalsByCode.map(({ count }) => count) }]}
      link={me.roles.includes('viewer') && <Link href={hashOf('/questions/refused')}>Refusals</Link>}
      nothing="No refusal was counted in these days."
    />
  );
}

/** Tasks with a bar of their own; the others share one. */
const MOST_TASKS = 9;

/** Leases that work now, by task. */
export function LeasesNow({ overview: { now } }: PictureProps) {
  const { me } = useSession();
  const rest = now.leasesByTask.slice(MOST_TASKS).reduce((sum, { count }) => sum + count, 0);
  const bars = [
    ...now.leasesByTask.slice(0, MOST_TASKS),
    ...(rest === 0 ? [] : [{ task: 'all others', count: rest }]),
  ];
  return (
    <Bars
      title="Leases now"
      description="Credentials of open grants that work at this moment, by task."
      axis="Task"
      isLying
      names={bars.map(({ task }) => task)}
      series={[{ title: 'leases', values: bars.map(({ count }) => count) }]}
      link={me.roles.includes('viewer') && <Link href={hashOf('/questions/holds')}>Who holds what</Link>}
      nothing="No agent holds a credential that works."
    />
  );
}

const STATUSES: readonly AgentStatus[] = ['active', 'suspended', 'proposed', 'retired'];

/** Agents by status. */
export function AgentsByStatus({ overview: { now } }: PictureProps) {
  return (
    <Bars
      title="Agents by status"
      description="All agents of the registry now."
      axis="Status"
      names={STATUSES}
      series={[{ title: 'agents', values: STATUSES.map((status) => now.agents[status]) }]}
      link={<Link href={hashOf('/agents')}>Agents</Link>}
      nothing="There is no agent yet."
    />
  );
}

/** How long kills took until everything was dead. */
export function TimeToDead({ overview: { timeToDead } }: PictureProps) {
  return (
    <Bars
      title="Time to dead"
      description="From the order of a kill until all that it ended was dead."
      axis="Time"
      names={timeToDead.map(({ bucket }) => bucket)}
      series={[{ title: 'kills', values: timeToDead.map(({ count }) => count) }]}
      link={<Link href={hashOf('/stop')}>Kills</Link>}
      nothing="Nothing was killed in these days."
    />
  );
}
