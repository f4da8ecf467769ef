// The heading of a page: sets the window's title, and takes the focus when the reader comes from another page.

import Header from '@cloudscape-design/components/header';
import { type ReactNode, useEffect, useRef } from 'react';

interface HeadingProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly info?: ReactNode;
  readonly actions?: ReactNode;
  /** In parentheses beside the title. */
  readonly counter?: string;
}

let hasShownPage = false;

/** One per page. */
export function PageHeading({ title, counter, ...rest }: HeadingProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // on the first page the browser starts at the top by itself
    if (hasShownPage) place.current?.focus();
    hasShownPage = true;
  }, []);
  useEffect(() => {
    document.title = `${title} · Remit`;
  }, [title]);
  return (
    <div ref={place} tabIndex={-1} className="page-heading">
      <Header variant="h1" {...(counter !== undefined && { counter: `(${counter})` })} {...rest}>
        {title}
      </Header>
    </div>
  );
}
