import { base64s } from './base64s.ts';
import { bits } from './bits.ts';
import { casts } from './casts.ts';
import { cidrs } from './cidrs.ts';
import { concats } from './concats.ts';
import { cryptos } from './crypto/index.ts';
import { encodings } from './encodings.ts';
import { facts } from './facts.ts';
import { globs } from './globs.ts';
import { graphql } from './graphql/index.ts';
import { graphs } from './graphs.ts';
import { jsonMarshals } from './json-marshal.ts';
import { jsonPatches } from './json-patch.ts';
import { jsonPaths } from './json-paths.ts';
import { jsonSchemas } from './json-schemas.ts';
import { jsonUnmarshals } from './json-unmarshal.ts';
import { jwts } from './jwt/index.ts';
import { numbers } from './numbers.ts';
import { objects } from './objects.ts';
import { regexes } from './regexes.ts';
import { replacements } from './replacements.ts';
import { semvers } from './semvers.ts';
import { sprintfs } from './sprintf.ts';
import { strings } from './strings.ts';
import { substrings } from './substrings.ts';
import { times } from './times.ts';
import type { Builtin } from './types.ts';
import { unions } from './unions.ts';
import { units } from './units.ts';
import { uris } from './uris.ts';
import { uuids } from './uuids.ts';
import { yamls } from './yamls.ts';

/** Every built-in that this engine supplies to a policy module; the capabilities for the compiler follow from it. */
export const hostBuiltins: ReadonlyMap<string, Builtin> = new Map(
	Object.entries({
		...base64s,
		...bits,
		...casts,
		...concats,
		...cryptos,
		...encodings,
		...facts,
		...graphql,
		...jsonMarshals,
		...jsonPatches,
		...jsonPaths,
		...jsonUnmarshals,
		...jwts,
		...jsonSchemas,
		...numbers,
		...objects,
		...replacements,
		...substrings,
		...unions,
		...units,
		...uris,
		...uuids,
		...yamls,
		...cidrs,
		...globs,
		...graphs,
		...regexes,
		...semvers,
		...sprintfs,
		...strings,
		...times,
	} satisfies Record<string, Builtin>),
);
