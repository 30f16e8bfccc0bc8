import fc from 'fast-check';
import t from 'tap';
import { type SseEvent, SseParser } from '../../../../gateway/transport/http/sse-parser.ts';
import { sseEvent, sseFraming } from '../../../../gateway/transport/http/sse-writer.ts';

/** Feeds `text` in pieces that end at `cuts`. */
function parse(text: Buffer | string, cuts: readonly number[] = []): { data?: string; meta?: SseEvent['meta'] }[] {
	const bytes = Buffer.from(text);
	const parser = new SseParser(1024);
	const events: SseEvent[] = [];
	let from = 0;
	for (const cut of [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
		events.push(...parser.push(bytes.subarray(from, cut)));
		from = cut;
	}
	return events.map(({ data, meta }) => ({
		...(data === undefined ? {} : { data: data.toString() }),
		...(meta === undefined ? {} : { meta }),
	}));
}

t.test('fields', async (t) => {
	const cases: [string, string, ReturnType<typeof parse>][] = [
		['one line', 'data: {"a":1}\n\n', [{ data: '{"a":1}' }]],
		['no space after the colon', 'data:x\n\n', [{ data: 'x' }]],
		['only one space goes', 'data:  x\n\n', [{ data: ' x' }]],
		['several lines', 'data: {\ndata: }\n\n', [{ data: '{\n}' }]],
		['CR', 'data: x\r\rdata: y\r\r', [{ data: 'x' }, { data: 'y' }]],
		['CRLF', 'id: 1\r\ndata: x\r\n\r\n', [{ data: 'x', meta: { id: '1' } }]],
		['mixed', 'data: x\r\n\ndata: y\n\r\n', [{ data: 'x' }, { data: 'y' }]],
		['byte order mark', '\ufeffdata: x\n\n', [{ data: 'x' }]],
		['comment', ': hello\ndata: x\n: again\n\n:\n\n', [{ data: 'x' }]],
		['unknown field', 'time: 1\ndata: x\n\n', [{ data: 'x' }]],
		['field without colon', 'data\ndata: x\n\n', [{ data: '\nx' }]],
		['event: message', 'event: message\ndata: x\n\n', [{ data: 'x' }]],
		['another event', 'event: endpoint\ndata: /x\n\ndata: y\n\n', [{ data: 'y' }]],
		['another event keeps its id', 'event: other\nid: 7\ndata: x\n\n', [{ meta: { id: '7', empty: true } }]],
		['priming', 'id: 7\nretry: 250\ndata: \n\n', [{ meta: { id: '7', retry: 250, empty: true } }]],
		['retry of letters', 'retry: 1s\ndata: x\n\n', [{ data: 'x' }]],
		['id with a space', 'id: a b\ndata: x\n\n', [{ data: 'x' }]],
		['id with NUL', 'id: a\0\ndata: x\n\n', [{ data: 'x' }]],
		['id of 257', `id: ${'a'.repeat(257)}\ndata: x\n\n`, [{ data: 'x' }]],
		['id is of its own event only', 'id: 1\ndata: x\n\ndata: y\n\n', [{ data: 'x', meta: { id: '1' } }, { data: 'y' }]],
		['cut off at the end', 'data: x\n\ndata: y\n', [{ data: 'x' }]],
		['nothing', '\n\n\n', []],
	];
	for (const [name, text, events] of cases) t.same(parse(text), events, name);
});

t.test('where a chunk ends makes no difference', async (t) => {
	const piece = fc.constantFrom(
		'data: ',
		'id: 1',
		'retry: 5',
		'event: message',
		': c',
		'\n',
		'\r',
		'\r\n',
		'🦊',
		'é',
		'{}',
		'\ufeff',
	);
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 12 }), (pieces, cuts) => {
			const text = pieces.join('');
			t.strictSame(parse(text, cuts), parse(text));
			t.strictSame(
				parse(
					text,
					Array.from(Buffer.from(text), (_, n) => n),
				),
				parse(text),
				'byte by byte',
			);
		}),
		{ numRuns: 200 },
	);
});

t.test('what the writer writes the parser reads', async () => {
	const data = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
	const id = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
	fc.assert(
		fc.property(fc.array(fc.record({ data, id }), { maxLength: 5 }), fc.array(fc.nat()), (written, cuts) => {
			const bytes = Buffer.concat(written.map((e) => sseEvent(Buffer.from(e.data), { id: e.id })));
			const read = parse(bytes, cuts);
			// A line break in a frame comes back as LF: white space between tokens, never an event of its own.
			const expected = written.map((e) => ({
				data: Buffer.from(e.data).toString().replace(/\r\n?/g, '\n'),
				id: e.id,
			}));
			return JSON.stringify(read.map((e) => ({ data: e.data ?? '', id: e.meta?.id }))) === JSON.stringify(expected);
		}),
	);
});

t.test('an event over the limit ends the stream', async (t) => {
	t.throws(() => [...new SseParser(100).push(Buffer.from(`data: ${'x'.repeat(200)}\n\n`))], RangeError, 'in one line');
	t.throws(() => [...new SseParser(100).push(Buffer.from(`data: ${'x'.repeat(200)}`))], RangeError, 'line without end');
	t.throws(
		() => [...new SseParser(100).push(Buffer.from('data: 123456789\n'.repeat(20)))],
		RangeError,
		'in many lines',
	);
	t.doesNotThrow(() => [...new SseParser(100).push(Buffer.from('data: 123456789\n\n'.repeat(200)))], 'many small ones');
});

t.test('framing alone', async (t) => {
	t.equal(sseFraming({ id: 'a', retry: 5 }).toString(), 'id: a\nretry: 5\ndata: \n\n');
	t.equal(
		sseFraming({ id: 'a\ndata: x', retry: -1 }).toString(),
		'data: \n\n',
		'what is not an id or a retry stays out',
	);
});
