import fc from 'fast-check';
import { number, string } from './scalars.ts';

/** Names of members that programs ask for; not every document has them, and not always of the type that the name says. */
export const STRING_KEYS = ['s', 't'] as const;
export const NUMBER_KEYS = ['n', 'm'] as const;
export const LIST_KEYS = ['list', 'rows'] as const;
export const OBJECT_KEYS = ['obj', 'map'] as const;
export const OTHER_KEYS = ['x', 'é', 'a', '0', 'flag'] as const;
export const KEYS = [...STRING_KEYS, ...NUMBER_KEYS, ...LIST_KEYS, ...OBJECT_KEYS, ...OTHER_KEYS] as const;

/** Where `JSON.stringify` writes just this number (TypeScript's library has no word of it yet). */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

const jsonNumber: fc.Arbitrary<unknown> = number.map(rawJSON);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small', maxDepth: 3, withCrossShrink: true },
		fc.constant(null),
		fc.boolean(),
		string,
		jsonNumber,
		fc.array(tie('value'), { maxLength: 4 }),
		object(tie('value')),
	),
}));

function object(member: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
	const key = fc.oneof({ weight: 4, arbitrary: fc.constantFrom<string>(...KEYS) }, { weight: 1, arbitrary: string });
	return fc.array(fc.tuple(key, member), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
}

const scalar = fc.oneof(string, jsonNumber, fc.boolean(), fc.constant(null));
const flat = fc.array(scalar, { maxLength: 5 });
const rows = fc.array(object(scalar), { maxLength: 4 });

/** Mostly what the name promises. */
function member(promised: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
	return fc.oneof({ withCrossShrink: true }, { weight: 5, arbitrary: promised }, { weight: 1, arbitrary: value });
}

/** A document, as a value that `JSON.stringify` writes with its numbers as they were chosen. */
export const document: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record(
	{
		s: member(string),
		t: member(string),
		n: member(jsonNumber),
		m: member(jsonNumber),
		list: member(flat),
		rows: member(rows),
		obj: member(object(scalar)),
		map: member(object(value)),
		flag: member(fc.boolean()),
		x: value,
		é: value,
		a: value,
		'0': value,
	},
	{ requiredKeys: [] },
);
