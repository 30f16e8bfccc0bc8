import { digests } from './digests.ts';
import { encodings } from './encodings.ts';
import { facts } from './facts.ts';
import { regexes } from './regexes.ts';
import { semvers } from './semvers.ts';
import { sprintfs } from './sprintf.ts';
import { strings } from './strings.ts';
import { times } from './times.ts';
import type { Builtin } from './types.ts';

/** Every built-in that this engine supplies to a policy module; the capabilities for the compiler follow from it. */
export const hostBuiltins: ReadonlyMap<string, Builtin> = new Map(
	Object.entries({
		...digests,
		...encodings,
		...facts,
		...regexes,
		...semvers,
		...sprintfs,
		...strings,
		...times,
	} satisfies Record<string, Builtin>),
);
