import { test } from 'tap';
import type { JsonNode } from '../../../engine/frame/json.ts';
import { paramsDigest } from '../../../gateway/approvals/params-digest.ts';

/** A small JSON reader with offsets, so that this test needs nothing of the engine but its types. */
function read(bytes: Buffer): JsonNode {
	const source = bytes.toString('latin1');
	let at = 0;
	const blanks = () => {
		while (/[ \t\r\n]/.test(source[at] ?? '')) at += 1;
	};
	const token = (pattern: RegExp) => {
		const start = at;
		at += new RegExp(pattern.source, 'y').exec(source.slice(at))![0].length;
		return { start, end: at };
	};
	const string = () => token(/"(?:[^"\\]|\\.)*"/);
	const decoded = ({ start, end }: { start: number; end: number }) =>
		JSON.parse(bytes.toString('utf8', start, end)) as string;
	const list = <T>(close: string, item: () => T): T[] => {
		const items: T[] = [];
		at += 1;
		for (blanks(); source[at] !== close; blanks()) {
			if (source[at] === ',') at += 1;
			blanks();
			items.push(item());
		}
		at += 1;
		return items;
	};
	const value = (): JsonNode => {
		blanks();
		const start = at;
		if (source[at] === '{') {
			const members = list('}', () => {
				const key = string();
				blanks();
				at += 1;
				return { key: decoded(key), keyStart: key.start, keyEnd: key.end, value: value() };
			});
			return { type: 'object', start, end: at, members };
		}
		if (source[at] === '[') {
			const items = list(']', value);
			return { type: 'array', start, end: at, items };
		}
		if (source[at] === '"') {
			const range = string();
			return { type: 'string', ...range, value: decoded(range) };
		}
		const range = token(/[^\s,\]}]+/);
		return { type: 'number', ...range, raw: source.slice(range.start, range.end) };
	};
	return value();
}

function digest(text: string, before = ''): string {
	const bytes = Buffer.from(`${before}${text}`);
	const shift = (node: JsonNode): JsonNode =>
		JSON.parse(JSON.stringify(node), (key, v: unknown) =>
			['start', 'end', 'keyStart', 'keyEnd'].includes(key) ? (v as number) + Buffer.byteLength(before) : v,
		) as JsonNode;
	return paramsDigest(bytes, shift(read(Buffer.from(text))));
}

test('white space between tokens and the top-level _meta do not count', (t) => {
	const plain = digest('{"name":"delete","arguments":{"path":"/a b","n":[1,{"x":null}]}}');
	for (const same of [
		'{ "name" : "delete" ,\n\t"arguments" : { "path":"/a b" , "n" : [ 1 , { "x" : null } ] } }',
		'{"name":"delete","arguments":{"path":"/a b","n":[1,{"x":null}]},"_meta":{"progressToken":7}}',
		'{"_meta":{"progressToken":8},"name":"delete","arguments":{"path":"/a b","n":[1,{"x":null}]}}',
	]) {
		t.equal(digest(same), plain, same);
		t.equal(digest(same, '{"jsonrpc":"2.0","params":'), plain, 'wherever it stands');
	}
	t.end();
});

test('everything else counts', (t) => {
	const texts = [
		'{"name":"delete","arguments":{"path":"/a","n":1}}',
		'{"arguments":{"path":"/a","n":1},"name":"delete"}',
		'{"name":"delete","arguments":{"path":"/\\u0061","n":1}}',
		'{"name":"delete","arguments":{"path":"/a","n":1.0}}',
		'{"name":"delete","arguments":{"path":"/a","n":"1"}}',
		'{"name":"delete","arguments":{"path":"/a","n":[1]}}',
		'{"name":"delete","arguments":{"path":"/a ","n":1}}',
		'{"name":"delete","arguments":{"path":"/a","n":1,"_meta":{}}}',
		'{"name":"delete","arguments":{"path":"/a"},"n":1}',
		'{}',
		'[]',
		'[[],[]]',
		'[[[]]]',
		'[1,2]',
		'[12]',
		'"x"',
	];
	const digests = [...texts.map((text) => digest(text)), paramsDigest(Buffer.alloc(0), undefined)];
	t.equal(new Set(digests).size, digests.length);
	t.end();
});
