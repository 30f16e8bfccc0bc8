import fc from 'fast-check';
import t from 'tap';
import { Cursor, signedBytes, sizeOfUnsigned, writeUnsigned } from '../../../../engine/policy/fuel/leb.ts';

const u32 = fc.oneof(
	fc.integer({ min: 0, max: 2 ** 32 - 1 }),
	fc.integer({ min: 0, max: 31 }).map((bit) => 2 ** bit),
);
const s32 = fc.oneof(
	fc.integer(),
	fc.constantFrom(-64, -65, 63, 64, 8191, 8192, -8192, -8193, 2 ** 31 - 1, -(2 ** 31)),
);

t.test('what is written is read', async () => {
	fc.assert(
		fc.property(u32, (value) => {
			const bytes = new Uint8Array(8);
			const end = writeUnsigned(bytes, 0, value);
			const cursor = new Cursor(bytes);
			return end === sizeOfUnsigned(value) && cursor.unsigned() === value && cursor.at === end;
		}),
	);
	fc.assert(
		fc.property(s32, (value) => {
			const bytes = signedBytes(value);
			const cursor = new Cursor(Uint8Array.from([...bytes, 0xff]));
			return cursor.signed() === value && cursor.at === bytes.length;
		}),
	);
});

t.test('longer forms are read, and no more than five bytes', async (t) => {
	t.equal(new Cursor(Uint8Array.of(0x83, 0x80, 0x80, 0x80, 0x00)).unsigned(), 3);
	t.equal(new Cursor(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f)).signed(), -1);
	t.equal(new Cursor(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)).unsigned(), 2 ** 32 - 1);
	const six = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x00);
	t.throws(() => new Cursor(six).unsigned(), { code: 'ERR_MODULE_MALFORMED' });
	t.throws(() => new Cursor(six).signed(), { code: 'ERR_MODULE_MALFORMED' });
	t.throws(() => new Cursor(Uint8Array.of(0x80)).unsigned(), { code: 'ERR_MODULE_MALFORMED' });
	const long = new Cursor(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 7));
	long.skipInteger();
	t.equal(long.byte(), 7);
});
