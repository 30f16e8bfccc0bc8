import { Ajv } from 'ajv';
import { SluiceError } from '../../engine/error.ts';
import { readTar, type TarFile, writeTar } from '../../engine/policy/tar.ts';
import { explain } from '../../engine/schema/explain.ts';
import type { FrameFilter } from '../../engine/tally/frame-filter.ts';
import type { SessionFilter } from './place.ts';

/** What a gateway can be asked to judge of its own sessions. */
export const JUDGEMENTS = ['diff', 'replay', 'candidate'] as const;
export type JudgementKind = (typeof JUDGEMENTS)[number];

/** Which sessions, and how much of each kind of thing is to be shown. */
export interface JudgementRequest {
	/** Ids. */
	readonly sessions: readonly string[];
	/** Every session of the store, after those. */
	readonly all: boolean;
	/** Examples a group; of a replay, frames that are listed. */
	readonly limit: number;
	readonly selected: SessionFilter;
	readonly frames: FrameFilter;
}

/** The policies of a request, by what they are to it: `from`, `to`, `policy`. Unsigned bundles. */
export type Bundles = Readonly<Record<string, Buffer>>;

/** Largest body, bytes. */
export const REQUEST_BYTES = 64 * 1024 * 1024;

const REQUEST = 'request.json';

/** As JSON has it: times as digits, since they do not fit a double. */
interface Written extends Omit<JudgementRequest, 'selected'> {
	readonly selected: Omit<SessionFilter, 'since' | 'until'> & { readonly since?: string; readonly until?: string };
}

const texts = { type: 'array', maxItems: 1000, items: { type: 'string', maxLength: 256 } };
const ns = { type: 'string', pattern: '^-?[0-9]{1,19}$' };
const object = (properties: object, required: readonly string[] = []) => ({
	type: 'object',
	additionalProperties: false,
	required,
	properties,
});
const schema = object(
	{
		sessions: { ...texts, maxItems: 100_000 },
		all: { type: 'boolean' },
		limit: { type: 'integer', minimum: 1, maximum: 100_000 },
		selected: object({ since: ns, until: ns, principals: texts, servers: texts }),
		frames: object({
			tools: texts,
			verdicts: { type: 'array', items: { enum: ['allow', 'mask', 'hold', 'deny'] } },
		}),
	},
	['sessions', 'all', 'limit', 'selected', 'frames'],
);
const validate = new Ajv({ allErrors: true, verbose: true }).compile(schema);

/** The body of a request: an archive with `request.json` and the bundles. */
export function packRequest(request: JudgementRequest, bundles: Bundles): Buffer {
	const { since, until, ...selected } = request.selected;
	const written: Written = {
		...request,
		selected: {
			...selected,
			...(since === undefined ? {} : { since: String(since) }),
			...(until === undefined ? {} : { until: String(until) }),
		},
	};
	return writeTar([
		{ name: REQUEST, bytes: Buffer.from(JSON.stringify(written)) },
		...Object.entries(bundles).map(([name, bytes]) => ({ name: `${name}.tar.gz`, bytes })),
	]);
}

const POLICIES: Readonly<Record<JudgementKind, (names: string) => boolean>> = {
	diff: (names) => names === 'from,to',
	replay: (names) => names === '' || names === 'policy',
	candidate: (names) => names === '',
};

/** Reads such a body. @throws {SluiceError} `ERR_JUDGEMENT_REQUEST` */
export function unpackRequest(
	kind: JudgementKind,
	body: Buffer,
): { readonly request: JudgementRequest; readonly bundles: Bundles } {
	let files: readonly TarFile[];
	try {
		files = readTar(body);
	} catch (cause) {
		throw wrong(`the body is not an archive: ${(cause as Error).message}`);
	}
	const json = files.find(({ name }) => name === REQUEST);
	if (json === undefined) throw wrong('the body has no `request.json`');
	let value: unknown;
	try {
		value = JSON.parse(json.bytes.toString('utf8'));
	} catch {
		throw wrong('`request.json` is not JSON');
	}
	if (!validate(value)) throw wrong(explain(validate.errors ?? [])[0]?.message ?? '`request.json` is not a request');
	const { selected, ...rest } = value as unknown as Written;
	const { since, until, ...others } = selected;
	const bundles = Object.fromEntries(
		files.filter(({ name }) => name !== REQUEST).map(({ name, bytes }) => [name.replace(/\.tar\.gz$/, ''), bytes]),
	);
	if (!POLICIES[kind](Object.keys(bundles).sort().join())) throw wrong('the body has not the policies that it needs');
	return {
		request: {
			...rest,
			selected: {
				...others,
				...(since === undefined ? {} : { since: BigInt(since) }),
				...(until === undefined ? {} : { until: BigInt(until) }),
			},
		},
		bundles,
	};
}

function wrong(message: string): SluiceError {
	return new SluiceError('ERR_JUDGEMENT_REQUEST', message, {
		help: '`sluice diff --gateway` and `sluice replay --gateway` make such requests',
	});
}
