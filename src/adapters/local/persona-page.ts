// The sign-in page of local mode's people: one button a persona, no password, no script. The rest of the product
// treats whoever is picked as it treats anybody with an ID token.

import { createHash } from 'node:crypto';
import type { Persona } from './personas.ts';

/** A page, with the headers it must be sent with. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const STYLE = `
:root { color-scheme: light dark; --edge: light-dark(#8c8c94, #656871); --hint: light-dark(#424650, #c6c6cd); --accent: light-dark(#0853a8, #89bdee); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 36rem; padding: 1.5rem 1rem; background: light-dark(#fff, #161d26); color: light-dark(#0f141a, #ebebf0); }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; color: var(--hint); }
form { display: grid; gap: .75rem; }
button { font: inherit; color: inherit; background: none; text-align: left; padding: .75rem 1rem; border: 1px solid var(--edge); border-radius: .5rem; cursor: pointer; }
button:hover { border-color: var(--accent); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button strong, button span { display: block; overflow-wrap: anywhere; }
button span { color: var(--hint); font-size: .875rem; }
`;

/** Everybody to choose from; the form posts back to where the page came from. */
export function pickerPage(personas: readonly Persona[]): Page {
  const buttons = personas.map(
    ({ id, name, groups, part }) =>
      `<button name="persona" value="${escapeHtml(id)}"><strong>${escapeHtml(name)}</strong>` +
      `<span>${escapeHtml(part)}</span><span>${escapeHtml(groups.join(', ') || 'no groups')}</span></button>`,
  );
  return page(
    200,
    `<h1>Who are you today?</h1>
<p>Local mode's own identity provider. These people are made up and have no passwords.</p>
<form method="post">${buttons.join('\n')}</form>`,
  );
}

/** A sentence instead, when there is nobody to sign in. */
export function sentencePage(status: number, sentence: string): Page {
  return page(
    status,
    `<h1>Not signed in</h1><p>${escapeHtml(sentence)}</p><p><a href="/console/">To the console</a></p>`,
  );
}

function page(status: number, main: string): Page {
  const style = createHash('sha256').update(STYLE).digest('base64');
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      // with no-referrer a browser would send the form with "Origin: null"
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
    body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in · Remit, local mode</title><style>${STYLE}</style></head>
<body><main>${main}</main></body>
</html>
`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
