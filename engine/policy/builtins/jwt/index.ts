import type { Builtin } from '../types.ts';
import { decoders } from './decode.ts';
import { signers } from './encode-sign.ts';
import { verifiers } from './verify.ts';

/** `io.jwt.*` */
export const jwts = { ...decoders, ...signers, ...verifiers } satisfies Record<string, Builtin>;
