// What policies say of an agent and a task, in words and with a sign.

import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';

const LOOKS: Readonly<Record<string, readonly [StatusIndicatorProps.Type, string]>> = {
  allowed: ['success', 'allowed'],
  'needs-approval': ['pending', 'needs people'],
  depends: ['info', 'depends on the values'],
  denied: ['stopped', 'denied'],
};

/** Anything else is shown as it is. */
export function RulingText({ ruling }: { ruling: string }) {
  const [type, text] = LOOKS[ruling] ?? ['stopped', ruling];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}
