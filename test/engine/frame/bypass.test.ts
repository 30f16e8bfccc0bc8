import { readFileSync } from 'node:fs';
import t from 'tap';
import { DEFAULT_LIMITS } from '../../../engine/frame/limits.ts';
import { readFrames } from '../../../engine/frame/read.ts';

/** One way in which somebody tried to make two readers see two messages; a row never leaves. */
interface Row {
	readonly name: string;
	readonly story: string;
	readonly text?: string;
	readonly bytes_base64?: string;
	/** Text and how often it is repeated. */
	readonly parts?: readonly (readonly [string, number])[];
	readonly batches?: boolean;
	/** `ok` or the code of the refusal. */
	readonly expect: string;
}

const file = new URL('../../../policy-test-fixtures/bypass/frames.json', import.meta.url);
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[];

function bytesOf(row: Row): Buffer {
	if (row.bytes_base64 !== undefined) return Buffer.from(row.bytes_base64, 'base64');
	if (row.parts !== undefined) return Buffer.from(row.parts.map(([text, times]) => text.repeat(times)).join(''));
	return Buffer.from(row.text ?? '');
}

t.test('every known evasion', async (t) => {
	for (const row of rows) {
		const read = readFrames(bytesOf(row), { limits: DEFAULT_LIMITS, batches: row.batches ?? false });
		t.equal(read.ok ? 'ok' : read.refusal.code, row.expect, `${row.name}: ${row.story}`);
	}
});

t.test('no row has the name of another', async (t) => {
	t.equal(new Set(rows.map((row) => row.name)).size, rows.length);
});
