// Loading and empty states, the same on every page.

import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';

/** Says that something is coming, and keeps its place. */
export function Loading({ what }: { what: string }) {
  return (
    <div role="status">
      <Box textAlign="center" padding="xxl" color="text-body-secondary">
        <Spinner /> Loading {what}
      </Box>
    </div>
  );
}

/** Says that there is nothing, and what would be here. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Box textAlign="center" padding="xxl" color="text-body-secondary">
      <Box variant="strong" color="inherit">
        {title}
      </Box>
      {children !== undefined && (
        <Box variant="p" color="inherit">
          {children}
        </Box>
      )}
    </Box>
  );
}
