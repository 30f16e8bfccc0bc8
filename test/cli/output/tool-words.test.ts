import fc from 'fast-check';
import t from 'tap';
import { revealed } from '../../../cli/output/revealed.ts';
import { diffPieces, sentences } from '../../../cli/output/text-diff.ts';
import { spellTool, spellTools } from '../../../cli/output/tool-words.ts';
import { changesBetween } from '../../../cli/runner/definition-changes.ts';
import type { ShownTool } from '../../../cli/runner/tools.ts';

const look = { width: 80, color: false };
const seen = { hash: 'b'.repeat(64), at: '2026-03-02T10:00:00.000Z', session: 'c'.repeat(32) };
const pinned = { hash: 'a'.repeat(64), at: '2026-03-01T10:00:00.000Z', session: 'd'.repeat(32) };

function shown(from: object | string, to: object | string, more: Partial<ShownTool> = {}): string {
	const [a, b] = [from, to].map((one) => (typeof one === 'string' ? one : JSON.stringify(one))) as [string, string];
	const definitions = { pinned: { length: a.length, text: a }, seen: { length: b.length, text: b } };
	const tool = { server: 'files', tool: 'read', status: 'changed', pinned, seen, definitions } as const;
	return spellTool({ ...tool, changes: changesBetween(a, b), ...more }, look);
}

t.test('what is hidden in a definition is seen, and drives nothing', async (t) => {
	const text = shown(
		{ name: 'read', description: 'Reads.' },
		{
			name: 'read',
			description: 'Reads. \u202eeman\u202c \u200bzero \u{e0041}tag \ufe0f\u00adsoft \u001b[31mred\u0007',
		},
	);
	t.match(text, '+ \\u202eeman\\u202c \\u200bzero \\u{e0041}tag \\ufe0f\\u00adsoft \\u001b[31mred\\u0007');
	t.match(shown({ 'a\u001b': 1 }, { 'a\u001b': 2 }), '["a\\u001b"]', 'in names of members too');
	const name = 'x\u001b]0;title\u0007';
	t.match(shown({ a: 1 }, { a: 2 }, { tool: name }), 'x\\u001b]0;title\\u0007 of files: changed');
	t.match(shown({ a: 1 }, { a: 2 }, { tool: name }), "accept files '…' --hash", 'it is not offered to a shell');
	t.match(shown({ a: 1 }, { a: 2 }, { tool: "it's" }), "accept files 'it'\\''s' --hash");
	t.match(spellTools([{ server: 's', tool: name, status: 'new', seen }], look), 'x\\u001b]0;title');
});

t.test('any text: printable, 80 columns, and our signs stand alone in the first column', async (t) => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 400 }), (a, b) => {
			const text = shown({ description: a, x: { [b]: a } }, { description: b, x: { [a]: b } });
			for (const line of text.split('\n')) {
				if (revealed(line) !== line) throw new Error(`hidden in ${JSON.stringify(line)}`);
				if (line.length > 80 && !line.startsWith('  sluice ')) throw new Error(`${line.length}: ${line}`);
			}
		}),
	);
	t.pass();
	const forged = shown({ description: 'a' }, { description: `${'x'.repeat(78)} - removed\n+ not ours` });
	t.notMatch(forged, /^- removed/m, 'what is wrapped is indented');
});

t.test('a change that JSON readers do not see is shown as written', async (t) => {
	t.match(shown('{"n":1}', '{"n":1.0}'), '\nn\n- 1\n+ 1.0\n');
	t.match(shown('{"l":[1,2]}', '{"l":[1.0,2]}'), '\nl\n- 1\n+ 1.0\n  2\n');
	t.match(shown('{"n":"1"}', '{"n":1}'), '\nn\n- "1"\n+ 1\n', 'a text that became a number');
	t.match(shown('{"d":"a\\nb"}', '{"d":"a\\nb\\n"}'), '- b\n+ b\\n\n');
	t.match(shown('{"a":{}}', '{"a":{"b":[]}}'), '\na (removed)\n- {}\na.b (added)\n+ []\n');
	t.match(shown('{"__proto__":1}', '{"__proto__":2}'), '\n__proto__\n- 1\n+ 2\n');
});

t.test('a text that is not there is said', async (t) => {
	const { changes: _, ...gone } = { changes: undefined };
	const about = (definitions: ShownTool['definitions']) =>
		spellTool({ server: 'f', tool: 'r', status: 'changed', pinned, seen, ...gone, definitions }, look);
	t.match(about({ seen: { length: 9, text: '{"name":"r"}' } }), /pinned text was not kept.*name: "r"/s);
	t.match(about({ pinned: { length: 99_999 } }), /\(99999 bytes\) is too long/);
	t.match(shown({ a: 1 }, { a: 1 }), 'only where secrets or personal data are masked');
});

t.test('a diff leads from the one to the other, the shortest way', async (t) => {
	const texts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
	fc.assert(
		fc.property(texts, texts, (from, to) => {
			const pieces = diffPieces(from, to);
			const side = (other: string) => pieces.flatMap(({ side, text }) => (side === other ? [] : [text])).join();
			if (side('+') !== from.join() || side('-') !== to.join()) throw new Error(JSON.stringify(pieces));
		}),
	);
	t.equal(diffPieces(['a', 'b', 'c'], ['a', 'x', 'c']).filter(({ side }) => side === ' ').length, 2);
	fc.assert(
		fc.property(fc.string({ unit: fc.constantFrom('a', '.', ' ', '\n', ')') }), (s) => sentences(s).join('') === s),
	);
	t.strictSame(sentences('One. Two!\nThree'), ['One. ', 'Two!\n', 'Three']);
});
