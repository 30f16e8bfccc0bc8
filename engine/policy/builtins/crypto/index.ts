import type { Builtin } from '../types.ts';
import { digests } from './digests.ts';
import { x509 } from './x509.ts';

/** `crypto.*` */
export const cryptos = { ...digests, ...x509 } satisfies Record<string, Builtin>;
