import type { Party } from '../../engine/frame/frame.ts';

/** Something large that an honest server or client sends: nobody should be told no for it. */
export interface LargeFrame {
	readonly from: Party;
	readonly message: object;
}

const KB = 1000;

/** By name; they are what tools give and take every day, only much of it. */
export const LARGE: Readonly<Record<string, LargeFrame>> = {
	'a text of 950 kB': result({
		content: [{ type: 'text', text: fill('the report goes on, line by line.\n', 950 * KB) }],
	}),
	'a page of HTML of 900 kB': result({
		content: [{ type: 'text', text: fill('<p class="x"><a href="https://example.com/a">a link</a></p>\n', 900 * KB) }],
	}),
	'20000 short texts in 480 kB': result({
		content: [{ type: 'text', text: '20000 rows' }],
		structuredContent: { rows: Array.from({ length: 20_000 }, (_, i) => `row ${i} of the report`.slice(0, 21)) },
	}),
	'a table of 900 kB, as text and as rows': result(table(3700, true)),
	'a table of 900 kB': result(table(7500, false)),
	'a picture of 950 kB': result({
		content: [{ type: 'image', mimeType: 'image/png', data: fill('iVBORw0KGgoAAAANSUhEUgAA', 950 * KB) }],
	}),
	'5000 pictures in 95 kB': result({ content: [{ type: 'text', text: '![x](https://a/p?d)'.repeat(5000) }] }),
	'a file of 950 kB to write': call('write_note', { text: fill('const answer = 42; // see above\n', 950 * KB) }),
	'20000 short arguments': call('add_rows', { rows: Array.from({ length: 20_000 }, (_, i) => `row ${i}`) }),
};

function result(value: object): LargeFrame {
	return { from: 'server', message: { id: 2, result: value } };
}

function call(name: string, args: object): LargeFrame {
	return { from: 'client', message: { id: 3, method: 'tools/call', params: { name, arguments: args } } };
}

function table(length: number, twice: boolean): object {
	const row = (id: number) => ({ id, name: `customer ${id}`, city: 'Springfield', note: 'paid on time', total: 12.5 });
	const rows = Array.from({ length }, (_, i) => ({ ...row(i), open: false, since: '2024-05-17' }));
	const text = twice ? JSON.stringify({ rows }) : `${length} rows`;
	return { content: [{ type: 'text', text }], structuredContent: { rows } };
}

function fill(part: string, size: number): string {
	return part.repeat(Math.ceil(size / part.length)).slice(0, size);
}
