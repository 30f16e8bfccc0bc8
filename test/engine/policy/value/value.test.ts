import fc from 'fast-check';
import t from 'tap';
import { Decimal } from '../../../../engine/policy/value/decimal.ts';
import { readValue } from '../../../../engine/policy/value/read.ts';
import { compare, fromJson, RegoObject, RegoSet, toPlain, type Value } from '../../../../engine/policy/value/value.ts';
import { writeValue } from '../../../../engine/policy/value/write.ts';

const { value } = fc.letrec<{ value: Value }>((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small' },
		fc.constant(null),
		fc.boolean(),
		fc.maxSafeInteger(),
		fc.bigInt({ min: 2n ** 53n, max: 2n ** 90n }),
		fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => {
			if (Object.is(n, -0)) return 0;
			// Integers that a double does not hold exactly are bigint.
			return Number.isInteger(n) && !Number.isSafeInteger(n) ? BigInt(n) : n;
		}),
		fc.string({ unit: 'binary' }),
		fc.array(tie('value'), { maxLength: 4 }),
		fc.array(tie('value'), { maxLength: 4 }).map((members) => new RegoSet(members)),
		fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new RegoObject(entries)),
	),
}));

t.test('what is written is read back', async () => {
	fc.assert(fc.property(value, (v) => compare(readValue(writeValue(v)), v) === 0));
});

t.test('the order is total: antisymmetric and transitive', async () => {
	fc.assert(
		fc.property(value, value, value, (a, b, c) => {
			const [ab, bc, ac] = [compare(a, b), compare(b, c), compare(a, c)];
			return Math.sign(ab) === -Math.sign(compare(b, a)) && (ab > 0 || bc > 0 || ac <= 0) && compare(a, a) === 0;
		}),
	);
});

t.test('as the module writes them', async (t) => {
	t.strictSame(readValue('{1, 2,"a"}'), new RegoSet(['a', 2, 1]));
	t.strictSame(readValue('set()'), new RegoSet([]));
	t.strictSame(readValue('{}'), new RegoObject([]));
	t.strictSame(
		readValue('{"a":{1},2:[3]}'),
		new RegoObject([
			[2, [3]],
			['a', new RegoSet([1])],
		]),
	);
	t.equal(readValue('12345678901234567890'), 12345678901234567890n);
	t.strictSame(readValue('1e3'), new Decimal('1e3'));
	t.equal(compare(readValue('1e3'), 1000), 0);
	t.equal(compare(readValue('1.0'), 1), 0);
	t.equal(compare(readValue('1e400'), readValue('9e399')), 1);
	t.equal(compare(readValue('-0.30000000000000000001'), readValue('-0.3')), -1);
	t.equal(readValue('"\\u0041\\n"'), 'A\n');
	for (const bad of ['', '{', '[1', '{1:2', 'nul', '1 2', '"a', '{1,2:3}'])
		t.throws(() => readValue(bad), SyntaxError, bad);
});

t.test('strings compare by code point', async (t) => {
	t.ok(compare('\uffff', '\u{10000}') < 0);
	t.ok(compare('a', 'b') < 0);
	t.ok(compare('a', 'ab') < 0);
});

t.test('to and from JSON', async (t) => {
	t.strictSame(
		toPlain(
			new RegoObject([
				['a', new RegoSet([2, 1])],
				[1, null],
			]),
		),
		{ 1: null, a: [1, 2] },
	);
	t.strictSame(fromJson({ a: [1, 'x', null] }), new RegoObject([['a', [1, 'x', null]]]));
	t.equal(
		new RegoObject([
			['k', 1],
			['k', 2],
		]).get('k'),
		2,
		'of equal keys the last counts',
	);
	t.ok(new RegoSet([1, 2]).has(2));
});
