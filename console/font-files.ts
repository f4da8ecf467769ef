// Cloudscape's style sheet carries its fonts as data: URLs. They become files, so that the page's policy can say
// `font-src 'self'` and the browser loads the few that a page shows.

import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const FONT = /url\((['"]?)data:font\/woff2;base64,([A-Za-z0-9+/=]+)\1\)/g;
const NAME_CHARACTERS = 10;

/** Takes fonts out of the style sheets of a build. */
export function fontFiles(): Plugin {
  return {
    name: 'font-files',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        file.source = String(file.source).replaceAll(FONT, (_match, _quote, text: string) => {
          const font = Buffer.from(text, 'base64');
          const hash = createHash('sha256').update(font).digest('hex').slice(0, NAME_CHARACTERS);
          const fileName = `assets/font-${hash}.woff2`;
          this.emitFile({ type: 'asset', fileName, source: font });
          // beside the style sheet
          return `url(./font-${hash}.woff2)`;
        });
      }
    },
  };
}
