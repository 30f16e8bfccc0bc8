import { Ajv } from 'ajv';
import { SluiceError } from '../../engine/error.ts';
import type { Verdict } from '../../engine/policy/judgement.ts';
import { parseRfc3339 } from '../../engine/policy/rfc3339.ts';
import { RESERVED_DATA } from '../../engine/policy/source.ts';
import type { Place } from '../../engine/policy/types.ts';
import { explain } from '../../engine/schema/explain.ts';
import type { Principal } from '../../engine/session/types.ts';
import { type ConfigDocument, configDocument } from '../../gateway/config/document.ts';

/** `suite.yaml` (contract §5): sessions, and what a policy must say of their frames. */
export interface Suite {
	/** Relative to the suite. */
	readonly policy?: string;
	readonly cases: readonly Case[];
	/** Where case `i` (and its expectation `j`) stands. */
	place(i: number, j?: number): Place;
}

export interface Case {
	/** Relative to the suite. */
	readonly session: string;
	readonly with?: {
		readonly principal?: Partial<Principal>;
		/** RFC 3339: when the session starts. */
		readonly time?: string;
		/** Merged over the policy's data. */
		readonly data?: Readonly<Record<string, unknown>>;
	};
	readonly expect?: readonly Expectation[];
	/** What frames that are not named must get; `any` asks nothing of them. */
	readonly otherwise?: Verdict | 'any';
}

export interface Expectation {
	/** `seq` */
	readonly at: number;
	readonly verdict: Verdict | 'unreached';
	/** One of the rules behind the verdict. */
	readonly rule?: string;
	/** `ERR_…` of the engine's own deny. */
	readonly code?: string;
	/** Exactly the pointers that are masked. */
	readonly masked?: readonly string[];
}

const VERDICTS = ['allow', 'mask', 'hold', 'deny'];

/** JSON Schema of `suite.yaml`. */
export const suiteSchema = {
	$schema: 'http://json-schema.org/draft-07/schema#',
	title: 'Sluice suite',
	type: 'object',
	additionalProperties: false,
	required: ['cases'],
	properties: {
		policy: { type: 'string' },
		cases: {
			type: 'array',
			minItems: 1,
			description: 'a list of cases, at least one',
			items: {
				type: 'object',
				additionalProperties: false,
				required: ['session'],
				properties: {
					session: { type: 'string' },
					with: {
						type: 'object',
						additionalProperties: false,
						properties: {
							principal: {
								type: 'object',
								additionalProperties: false,
								properties: {
									id: { type: 'string' },
									kind: { enum: ['human', 'agent', 'service', 'anonymous'] },
									issuer: { type: 'string' },
									groups: { type: 'array', items: { type: 'string' } },
									scopes: { type: 'array', items: { type: 'string' } },
									human: { type: 'string' },
									on_behalf_of: { type: 'string' },
									claims: { type: 'object' },
								},
							},
							time: {
								type: 'string',
								pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)$',
								description: 'a time like `2026-03-01T09:30:00Z` (RFC 3339)',
							},
							data: { type: 'object' },
						},
					},
					expect: {
						type: 'array',
						items: {
							type: 'object',
							additionalProperties: false,
							required: ['at', 'verdict'],
							properties: {
								at: { type: 'integer', minimum: 1, description: 'the `seq` of a frame' },
								verdict: { enum: [...VERDICTS, 'unreached'] },
								rule: { type: 'string' },
								code: { type: 'string' },
								masked: { type: 'array', items: { type: 'string' } },
							},
						},
					},
					otherwise: { enum: [...VERDICTS, 'any'] },
				},
			},
		},
	},
} as const;

const validate = new Ajv({ allErrors: true, verbose: true, strict: true }).compile(suiteSchema);

/** Reads a suite. @throws SluiceError `ERR_CONFIG_SYNTAX`, `ERR_SUITE` with file:line:col */
export function parseSuite(text: string, file: string): Suite {
	const document = configDocument(text, file);
	if (!validate(document.value)) {
		const complaints = explain(validate.errors ?? []);
		// a key that is spelled wrong explains the one that is missing
		const first = complaints.find(({ key }) => key) ?? complaints[0];
		const { row, col } = document.place(first?.pointer ?? '', first?.key);
		throw new SluiceError('ERR_SUITE', `${file}:${row}:${col}: ${first?.message ?? 'not a suite'}`, {
			...(first?.help === undefined ? {} : { help: first.help }),
		});
	}
	const suite = document.value as Omit<Suite, 'place'>;
	const wrong = (pointer: string, message: string, help: string) => {
		const { row, col } = document.place(pointer);
		return new SluiceError('ERR_SUITE', `${file}:${row}:${col}: ${message}`, { help });
	};
	for (const [i, { with: change, expect = [], otherwise }] of suite.cases.entries()) {
		if (expect.length === 0 && otherwise === 'any') {
			const help = 'name frames under `expect`, or leave `otherwise` out: then every frame must be allowed';
			throw wrong(`/cases/${i}/otherwise`, 'a case without `expect` and with `otherwise: any` tests nothing', help);
		}
		if (change?.time !== undefined && parseRfc3339(change.time) === undefined) {
			throw wrong(
				`/cases/${i}/with/time`,
				`\`${change.time}\` is no date with a time`,
				'write it as in 2026-03-01T09:30:00Z',
			);
		}
		const reserved = RESERVED_DATA.find((name) => Object.hasOwn(change?.data ?? {}, name));
		if (reserved !== undefined) {
			const message = `data may not define \`${reserved}\`: that name belongs to Rego packages`;
			throw wrong(`/cases/${i}/with/data/${reserved}`, message, 'give it another name');
		}
		const twice = expect.findIndex(({ at }, j) => expect.findIndex((other) => other.at === at) !== j);
		if (twice !== -1) {
			const message = `frame ${expect[twice]!.at} is expected to be two things`;
			throw wrong(`/cases/${i}/expect/${twice}`, message, 'keep one expectation a frame');
		}
	}
	return { ...suite, place: (i, j) => placeOf(document, file, i, j) };
}

function placeOf(document: ConfigDocument, file: string, i: number, j: number | undefined): Place {
	const pointer = j === undefined ? `/cases/${i}` : `/cases/${i}/expect/${j}`;
	return { file, ...document.place(pointer) };
}
