import fc from 'fast-check';
import t from 'tap';
import { stringify } from 'yaml';
import { type DataPath, dataPlaces, placeInFile } from '../../../engine/policy/data-place.ts';

t.test('the last file that says something of a path, and the deepest step that is there', async (t) => {
	const of = dataPlaces([
		{ path: 'data.yaml', text: 'config:\n  level: shadow\n  rules:\n    a/b: { level: off }\n', under: [] },
		{ path: 'config/data.json', text: '{\n "allow": [\n  {"tool": "x"}\n ]\n}\n', under: ['config'] },
		{ path: '/etc/over.yaml', text: 'config:\n  level: off\n', under: [] },
	]);
	t.match(of(['config', 'level']), { file: '/etc/over.yaml', row: 2, col: 3 });
	t.match(of(['config', 'rules', 'a/b', 'level']), { file: 'data.yaml', row: 4, col: 12 });
	t.match(of(['config', 'rules', 'a/b', 'absent']), { file: 'data.yaml', row: 4, col: 5 });
	t.match(of(['config', 'allow', 0, 'tool']), { file: 'config/data.json', row: 3, col: 4 });
	t.match(of(['config', 'allow', 0]), { row: 3, col: 3, endRow: 3, endCol: 16 });
	t.equal(dataPlaces([])(['config']), undefined);
	t.match(placeInFile('d.yaml', '', ['a']), { file: 'd.yaml', row: 1, col: 1 });
	t.match(placeInFile('d.yaml', 'a: [', ['a']), { row: 1, col: 1 }, 'also where it does not parse');
});

/** Every path of a value, with the text that stands at its place: the key, or the item of a list. */
function* pathsOf(value: unknown, at: DataPath = []): Generator<DataPath> {
	if (at.length > 0) yield at;
	if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* pathsOf(item, [...at, index]);
	else if (typeof value === 'object' && value !== null)
		for (const [key, item] of Object.entries(value)) yield* pathsOf(item, [...at, key]);
}

t.test('property: each member is found at its key, in JSON and in YAML', async () => {
	const key = fc.stringMatching(/^[a-z]{1,6}$/);
	const { tree } = fc.letrec((tie) => ({
		tree: fc.oneof(
			{ depthSize: 'small' },
			fc.integer(),
			fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
			fc.array(tie('tree'), { maxLength: 3 }),
		),
	}));
	fc.assert(
		fc.property(fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 }), fc.boolean(), (data, asJson) => {
			const text = asJson ? JSON.stringify(data, null, 1) : stringify(data);
			const lines = text.split('\n');
			for (const path of pathsOf(data)) {
				const place = placeInFile('data', text, path);
				const step = path.at(-1)!;
				if (place === undefined) return false;
				const rest = lines[place.row - 1]!.slice(place.col - 1);
				if (typeof step === 'string' && !rest.startsWith(asJson ? JSON.stringify(step) : step)) return false;
			}
			return true;
		}),
		{ numRuns: 300 },
	);
});
