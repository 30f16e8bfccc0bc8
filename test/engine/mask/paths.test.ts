import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { paths as referencePaths } from 'jsonpath-rfc9535';
import t from 'tap';
import { compileMaskPath } from '../../../engine/mask/paths.ts';
import { skeletonOf } from '../../../engine/mask/skeleton.ts';
import { frameOf } from './message.ts';

function located(path: string, result: unknown): readonly string[] {
	const { root } = frameOf(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
	const found = compileMaskPath(path).locate(skeletonOf(root));
	return found.map((steps) => steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
}

/** A normalized path (RFC 9535 §2.7) as a JSON Pointer. */
function pointer(normalized: string): string {
	return [...normalized.matchAll(/\[(?:(\d+)|'((?:[^'\\]|\\.)*)')\]/g)]
		.map(([, index, name]) => {
			if (index !== undefined) return `/${index}`;
			const text = JSON.parse(`"${(name as string).replaceAll("\\'", "'").replaceAll('"', '\\"')}"`) as string;
			return `/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`;
		})
		.join('');
}

t.test('refused by name', async (t) => {
	const code = (path: string) => {
		try {
			compileMaskPath(path);
			return 'ok';
		} catch (error) {
			return (error as { code?: string }).code;
		}
	};
	for (const path of [
		'',
		'$',
		'users.ssn.[[',
		'$.result[',
		'$.result^',
		'$.result~',
		'$.result.@string()',
		'$.result.a b',
		'$.result[01]',
		'$.result[(1)]',
		'$.result.*[a]',
	]) {
		t.match(code(path), /^ERR_MASK_PATH_(SYNTAX|ROOT)$/, path);
	}
	for (const path of ['$.method', '$..text', '$[*]', "$['params','id']", '$[0]', '$.Result.a'])
		t.equal(code(path), 'ERR_MASK_PATH_ROOT', path);
	t.equal(code('$.result.rows[?@.ssn == "1"].ssn'), 'ERR_MASK_PATH_FILTER');
	t.equal(code('$.result..a..b'), 'ERR_MASK_PATH_DESCENDANT');
	for (const path of [
		'$.params.cursor',
		'$.result.nextCursor',
		"$.params._meta['progressToken']",
		'$.params.progressToken',
		'$.params.taskId',
		'$.result.tasks[*].taskId',
		"$.result['content','requestState']",
		"$.params._meta['io.modelcontextprotocol/related-task']",
		"$.params._meta['io.modelcontextprotocol/related-task'].x",
		'$.params..progressToken',
	]) {
		t.equal(code(path), 'ERR_MASK_PATH_PROTECTED', path);
	}
	for (const path of [
		'$.params',
		'$.error.data',
		'$.result.structuredContent.rows[*].id',
		'$.params.arguments.cursor',
		'$.params.arguments.method',
		"$['result']['a']",
	]) {
		t.equal(code(path), 'ok', path);
	}
});

t.test('keys that the evaluating library would take for something else', async (t) => {
	const odd = [
		'*',
		'^',
		'~',
		'@string()',
		'..',
		'0',
		'$',
		'`a',
		'a,b',
		'a.b',
		"it's",
		'"',
		'\\',
		'a]b',
		'?(1)',
		'(1)',
		'1:2',
		'__proto__',
		'constructor',
		'',
		'ü',
		'😀',
		'/',
		'#0',
		'%@%',
	];
	const result = Object.fromEntries(odd.map((key) => [key, { [key]: 1 }]));
	for (const key of odd) {
		const quoted = JSON.stringify(key);
		const step = key.replaceAll('~', '~0').replaceAll('/', '~1');
		t.same(located(`$.result[${quoted}][${quoted}]`, result), [`/result/${step}/${step}`], quoted);
	}
	t.equal(located('$.result.*', result).length, odd.length);
	t.equal(located('$.result.*.*', result).length, odd.length);
	t.same(located('$.result[0]', { 0: 'x' }), [], 'an index is none of an object');
	t.same(located("$.result['0']", ['x']), [], 'a name is none of an array');
});

t.test('selects what RFC 9535 selects', async () => {
	const key = fc.constantFrom('a', 'b', 'c_d', '0', '1', '*', "it's", 'é', '~/', '__proto__x');
	const value = fc.letrec((tie) => ({
		node: fc.oneof(
			{ maxDepth: 4 },
			fc.integer(),
			fc.constant(null),
			fc.array(tie('node'), { maxLength: 4 }),
			fc.dictionary(key, tie('node'), { maxKeys: 4 }),
		),
	})).node;
	const small = fc.integer({ min: -4, max: 4 });
	const selector = fc.oneof(
		key.map((name) => JSON.stringify(name)),
		small.map(String),
		fc.constant('*'),
	);
	const segment = fc.array(selector, { minLength: 1, maxLength: 3 }).map((list) => `[${list.join(',')}]`);
	const segments = fc.tuple(
		fc.array(segment, { maxLength: 3 }),
		fc.boolean(),
		fc.array(segment, { minLength: 1, maxLength: 2 }),
	);
	fc.assert(
		fc.property(value, segments, (result, [before, descend, after]) => {
			const path = `$.result${before.join('')}${descend ? '..' : ''}${after.join('')}`;
			const expected = referencePaths({ result } as Parameters<typeof referencePaths>[0], path).map(pointer);
			deepStrictEqual([...located(path, result)].sort(), [...new Set(expected)].sort(), path);
		}),
		{ numRuns: 2000 },
	);
});

t.test('slices are those of RFC 9535 §2.3.4.2', async (t) => {
	/** The indices that the pseudocode of §2.3.4.2.2 gives. */
	function expected(length: number, start: number | undefined, end: number | undefined, step: number): number[] {
		const normalize = (i: number) => (i >= 0 ? i : length + i);
		const from = normalize(start ?? (step >= 0 ? 0 : length - 1));
		const to = normalize(end ?? (step >= 0 ? length : -length - 1));
		const clamp = (i: number, low: number, high: number) => Math.min(Math.max(i, low), high);
		const [lower, upper] =
			step >= 0
				? [clamp(from, 0, length), clamp(to, 0, length)]
				: [clamp(to, -1, length - 1), clamp(from, -1, length - 1)];
		const indices: number[] = [];
		if (step > 0) for (let i = lower; i < upper; i += step) indices.push(i);
		if (step < 0) for (let i = upper; lower < i; i += step) indices.push(i);
		return indices;
	}
	const bounds = [undefined, -5, -3, -2, -1, 0, 1, 2, 3, 5];
	const wrong: string[] = [];
	for (const length of [0, 1, 3])
		for (const start of bounds)
			for (const end of bounds)
				for (const step of [undefined, -2, -1, 0, 1, 2]) {
					const path = `$.result[${start ?? ''}:${end ?? ''}${step === undefined ? '' : `:${step}`}]`;
					const got = located(path, Array(length).fill(0)).toSorted();
					const want = expected(length, start, end, step ?? 1).map((i) => `/result/${i}`);
					if (got.join() !== want.toSorted().join()) wrong.push(`${path} of ${length}: ${got}`);
				}
	t.same(wrong, []);
});

t.test('one path is compiled once, and the cache is bounded', async (t) => {
	t.equal(compileMaskPath('$.result.once'), compileMaskPath('$.result.once'));
	const first = compileMaskPath('$.result.first');
	for (let i = 0; i < 1001; i += 1) compileMaskPath(`$.result[${i}]`);
	t.not(compileMaskPath('$.result.first'), first);
});
