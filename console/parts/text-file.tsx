// A text that people take with them: shown as it is, to copy or to download. Lines of a diff are told apart by their
// sign first, by colour second.

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { saveFile } from './save-file.ts';

interface TextFileProps {
  readonly title: string;
  /** Name of the file. */
  readonly name: string;
  readonly text: string;
  /** Media type. */
  readonly type: string;
  readonly isDiff?: boolean;
}

/** The text with its two buttons. */
export function TextFile({ title, name, text, type, isDiff = false }: TextFileProps) {
  return (
    <SpaceBetween size="xs">
      <Box variant="h3">{title}</Box>
      <SpaceBetween size="xs" direction="horizontal">
        <CopyToClipboard
          textToCopy={text}
          copyButtonText="Copy"
          copyButtonAriaLabel={`Copy ${name}`}
          copySuccessText="Copied"
          copyErrorText="The browser did not let it be copied"
        />
        <Button
          iconName="download"
          ariaLabel={`Download ${name}`}
          onClick={() => saveFile({ name, type, text })}
        >
          Download
        </Button>
      </SpaceBetween>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <section className="scrolls text-file" tabIndex={0} aria-label={title}>
        <pre className="exact">{isDiff ? <DiffLines text={text} /> : text}</pre>
      </section>
    </SpaceBetween>
  );
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^(\+\+\+|---|@@|diff )/, 'diff-head'],
  [/^\+/, 'diff-more'],
  [/^-/, 'diff-less'],
];

function DiffLines({ text }: { text: string }) {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and never move
    <span key={at} className={KINDS.find(([sign]) => sign.test(line))?.[1] ?? 'diff-same'}>
      {line}
      {'\n'}
    </span>
  ));
}
