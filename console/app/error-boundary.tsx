// A page that breaks says so, and leaves the rest of the console standing.

import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
}

/** Shows what went wrong in place of its children. */
export class ErrorBoundary extends Component<Props, { readonly message?: string }> {
  override readonly state: { readonly message?: string } = {};

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === undefined) return this.props.children;
    return (
      <Alert
        type="error"
        header="This page cannot be shown"
        action={<Button onClick={() => window.location.reload()}>Load again</Button>}
      >
        Nothing was decided. What went wrong: {this.state.message}
      </Alert>
    );
  }
}
