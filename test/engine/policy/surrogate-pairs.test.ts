import fc from 'fast-check';
import t from 'tap';
import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../engine/policy/capabilities.ts';
import { createEvaluator } from '../../../engine/policy/evaluate.ts';
import { ENTRYPOINT } from '../../../engine/policy/generate.ts';
import { withoutSurrogatePairs } from '../../../engine/policy/surrogate-pairs.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const rewritten = (json: string) => Buffer.from(withoutSurrogatePairs(Buffer.from(json))).toString('utf8');

/** JSON with every unit of UTF-16 as an escape, the digits in either case. */
function escaped(text: string, upper: boolean): string {
	const units = text.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
	return `"${units.map((unit) => `\\u${upper ? unit.toUpperCase() : unit}`).join('')}"`;
}

t.test('a pair becomes its character, everything else stays', async (t) => {
	t.equal(rewritten('"a\\ud83d\\ude00b"'), '"a😀b"');
	t.equal(rewritten('"\\uD83D\\uDE00\\udb40\\udc61"'), `"😀${String.fromCodePoint(0xe0061)}"`);
	t.equal(rewritten('"\\ud83d\\ud83d\\ude00"'), '"\\ud83d😀"', 'behind half a pair');
	for (const same of [
		'{}',
		'"\\\\ud83d\\\\ude00"',
		'"\\ud83d\\\\ude00"',
		'"\\ude00\\ud83d"',
		'"\\ud83d"',
		'"\\ud83dx\\ude00"',
		'"\\u00e9\\n\\u202e"',
	]) {
		t.equal(rewritten(same), same);
	}
	t.equal(rewritten('"\\\\\\ud83d\\ude00"'), '"\\\\😀"', 'behind an escaped backslash');
	const none = Buffer.from('{"a":"\\n"}');
	t.equal(withoutSurrogatePairs(none), none, 'no copy');
});

t.test('the text means the same', async () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, upper) => {
			const json = `{"a":${escaped(text, upper)},"b":${JSON.stringify(text)}}`;
			return JSON.stringify(JSON.parse(rewritten(json))) === JSON.stringify({ a: text, b: text });
		}),
	);
});

t.test('a rule sees the same character, escaped or not, in every plane', async (t) => {
	const text = 'package sluice.main\n\ndecision := [input.a == input.b, count(input.a)]\n';
	const { wasm } = await compiler.request('compile', {
		modules: [{ path: 'm.rego', text }],
		builtins: capabilities(hostBuiltins.keys()),
		entrypoints: [ENTRYPOINT],
	});
	const evaluator = createEvaluator(Buffer.from(wasm, 'base64'), {});
	t.teardown(() => evaluator.close());
	for (let plane = 0; plane <= 16; plane++) {
		const character = String.fromCodePoint(plane * 0x10000 + 0x61);
		const input = Buffer.from(`{"a":${escaped(character, false)},"b":"${character}"}`);
		t.match(evaluator.evaluate(input, { nowNs: 0n, seed: '' }), { ok: true, decision: [true, 1] }, `plane ${plane}`);
	}
});
