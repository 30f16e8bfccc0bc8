import fc from 'fast-check';
import { KEYS, LIST_KEYS, NUMBER_KEYS, OBJECT_KEYS, STRING_KEYS } from './documents.ts';
import { quoted, string } from './scalars.ts';
import { fitting, type Kind, type Piece, pick } from './scope.ts';

const PROMISED: Readonly<Record<Kind | 'any', readonly string[]>> = {
	number: NUMBER_KEYS,
	string: STRING_KEYS,
	boolean: ['flag'],
	array: LIST_KEYS,
	set: LIST_KEYS,
	object: OBJECT_KEYS,
	any: KEYS,
};

const root = fc.oneof(
	{ weight: 5, arbitrary: fc.constant('input') },
	{ weight: 1, arbitrary: fc.constant('data.base') },
);

/** `["a"]`, `[2]`, `[x]` with a variable of which nothing is known, or a wildcard. */
function step(wild: boolean): fc.Arbitrary<Piece> {
	const fixed: fc.Arbitrary<Piece> = fc.oneof(
		fc.constantFrom<string>(...KEYS).map((key) => () => access(key)),
		string.map((key) => () => `[${quoted(key)}]`),
		fc.integer({ min: -1, max: 3 }).map((index) => () => `[${index}]`),
		fc.nat(20).map(
			(index): Piece =>
				(scope) => {
					const variable = pick(
						fitting(scope.variables, 'unknown').filter(({ known }) => known === 'unknown'),
						index,
					);
					return variable === undefined ? '[0]' : `[${variable.name}]`;
				},
		),
	);
	return wild ? fc.oneof({ weight: 3, arbitrary: fixed }, { weight: 1, arbitrary: fc.constant(() => '[_]') }) : fixed;
}

function access(key: string): string {
	return /^[a-z]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A path into a document, whose member mostly is of `kind` and often is not there at all. */
export function reference(kind: Kind | 'any', wild = false): fc.Arbitrary<Piece> {
	const top = fc.tuple(root, fc.constantFrom(...PROMISED[kind])).map(([start, key]) => start + access(key));
	const deeper = fc.array(step(wild), { maxLength: 2, size: 'small' });
	// What an index as text finds in data is another in a module: known.json.
	const indexed = (path: string): string => path.replace(/^(data\.base\.\w+)\["(\d+)"\]/, '$1[$2]');
	return fc
		.tuple(top, fc.oneof({ weight: 3, arbitrary: fc.constant([] as Piece[]) }, { weight: 1, arbitrary: deeper }))
		.map(
			([start, steps]) =>
				(scope) =>
					indexed(start + steps.map((each) => each(scope)).join('')),
		);
}
