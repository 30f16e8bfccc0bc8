import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import type { JsonNode } from '../../../engine/frame/json.ts';
import { DEFAULT_LIMITS, MAX_DEPTH } from '../../../engine/frame/limits.ts';
import { scanJson } from '../../../engine/frame/scan.ts';
import { jsonText, plain } from './json-text.ts';

function root(text: string): JsonNode {
	const scanned = scanJson(Buffer.from(text), DEFAULT_LIMITS);
	if (!scanned.ok) throw new Error(`${scanned.refusal.code} ${scanned.refusal.message} at ${scanned.refusal.offset}`);
	return scanned.root;
}

function code(text: string | Buffer, limits = DEFAULT_LIMITS): string {
	const scanned = scanJson(Buffer.from(text), limits);
	return scanned.ok ? 'ok' : scanned.refusal.code;
}

t.test('reads what JSON.parse reads', async () => {
	fc.assert(fc.property(jsonText, (text) => deepStrictEqual(plain(root(text)), JSON.parse(text))));
});

t.test('every node stands where it says', async () => {
	fc.assert(
		fc.property(jsonText, (text) => {
			const bytes = Buffer.from(text);
			const check = (node: JsonNode): void => {
				deepStrictEqual(plain(node), JSON.parse(bytes.toString('utf8', node.start, node.end)));
				if (node.type === 'array') node.items.forEach(check);
				if (node.type !== 'object') return;
				for (const m of node.members) {
					deepStrictEqual(m.key, JSON.parse(bytes.toString('utf8', m.keyStart, m.keyEnd)));
					check(m.value);
				}
			};
			check(root(text));
		}),
	);
});

t.test('accepts a damaged text exactly when JSON.parse does', async () => {
	const damage = fc.tuple(
		jsonText,
		fc.nat(),
		fc.constantFrom('', '"', '\\', '{', ']', ',', ':', '0', 'e', '\n', '\u0001', 'x'),
	);
	fc.assert(
		fc.property(damage, ([text, where, piece]) => {
			const bytes = Buffer.from(text);
			const at = where % (bytes.length + 1);
			const damaged = Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at + 1)]);
			let parses = true;
			try {
				JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(damaged));
			} catch {
				parses = false;
			}
			const got = code(damaged);
			// What JSON.parse lets through and we do not has a name of its own; it is found where it stands, which may be
			// before the place that JSON.parse would stumble over.
			if (['ERR_FRAME_DUPLICATE_KEY', 'ERR_FRAME_SURROGATE'].includes(got)) return;
			deepStrictEqual(got === 'ok', parses, `${got}: ${damaged}`);
		}),
		{ numRuns: 1000 },
	);
});

t.test('a subarray at any alignment scans alike', async (t) => {
	const text = `{"a":"${'x'.repeat(100)}","b":"${'y'.repeat(60)}\\n${'z'.repeat(60)}"}`;
	for (let shift = 0; shift < 8; shift += 1) {
		const bytes = Buffer.alloc(text.length + 16, 0x01);
		bytes.write(text, shift);
		const scanned = scanJson(bytes.subarray(shift, shift + text.length), DEFAULT_LIMITS);
		t.same(scanned.ok && plain(scanned.root), JSON.parse(text));
	}
});

t.test('a control character deep in a long string is found at its place', async (t) => {
	const text = `["${'x'.repeat(300)}\u0001${'x'.repeat(300)}"]`;
	const scanned = scanJson(Buffer.from(text), DEFAULT_LIMITS);
	t.match(scanned, { ok: false, refusal: { code: 'ERR_FRAME_JSON', offset: 302 } });
	t.equal(code(`["${'x'.repeat(300)}`), 'ERR_FRAME_JSON');
	t.equal(code(`["${'x'.repeat(300)}\n`), 'ERR_FRAME_JSON');
});

t.test('lone surrogates are noted by byte offset', async (t) => {
	const scanned = scanJson(Buffer.from('["ä\\ud800","\\ud83d\\ude00","\\udc00\\ud800"]'), DEFAULT_LIMITS);
	t.match(scanned, { ok: true });
	t.same(scanned.ok && scanned.loneSurrogates, [4, 28, 34]);
});

t.test('limits', async (t) => {
	const limits = { frame: 20, depth: 2, keys: 3 };
	t.equal(code('[[1,2]]', limits), 'ok');
	t.equal(code('[[1,2,3]]', limits), 'ERR_FRAME_KEYS');
	t.equal(code('{"a":[{}]}', limits), 'ERR_FRAME_DEPTH');
	t.equal(code('[]'.padEnd(20), limits), 'ok');
	t.equal(code('[]'.padEnd(21), limits), 'ERR_FRAME_SIZE');
	const wide = { ...DEFAULT_LIMITS, depth: 1_000_000 };
	t.equal(code('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH), wide), 'ok');
	t.equal(code('['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1), wide), 'ERR_FRAME_DEPTH');
});

t.test('a duplicate among many keys', async (t) => {
	const keys = Array.from({ length: 40 }, (_, i) => `"k${i}":${i}`);
	t.equal(code(`{${keys.join(',')}}`), 'ok');
	for (const i of [0, 11, 12, 39]) t.equal(code(`{${keys.join(',')},"\\u006b${i}":0}`), 'ERR_FRAME_DUPLICATE_KEY');
});

t.test('a refusal never repeats data of the frame', async (t) => {
	const scanned = scanJson(Buffer.from('{"hunter2":1,"hunter2":2}'), DEFAULT_LIMITS);
	t.notMatch(JSON.stringify(scanned), 'hunter2');
});
