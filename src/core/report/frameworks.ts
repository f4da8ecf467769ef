// The frameworks that reports are made on, by the names of the command line.

import type { Framework } from './framework.ts';
import { nist800207 } from './nist-800-207.ts';
import { nistAiRmf } from './nist-ai-rmf.ts';
import { owaspNhi } from './owasp-nhi.ts';

export const FRAMEWORKS: readonly Framework[] = [owaspNhi, nist800207, nistAiRmf];
