import t, { type Test } from 'tap';
import type { EventLine } from '../../../engine/recording/lines.ts';
import { StderrRecord } from '../../../gateway/sessions/stderr-record.ts';
import { subscribe } from '../../../gateway/telemetry/channels.ts';

function recording(t: Test, failing = false) {
	const lines: EventLine[] = [];
	const logged: string[] = [];
	let seq = 0;
	t.teardown(subscribe('stderr', ({ line }) => logged.push(line)));
	const record = new StderrRecord({
		header: { server: { name: 'files' } },
		mark: () => ({ seq: ++seq, t: seq }),
		async record(more) {
			if (failing) throw new Error('disk full');
			lines.push(...more);
		},
	});
	return { record, lines, logged, details: () => lines.map(({ detail }) => detail) };
}

t.test('what comes in one go is one event, as it was', async (t) => {
	const { record, lines } = recording(t);
	record.note('Error: no');
	record.note('    at x');
	await record.close();
	t.same(lines, [{ type: 'event', seq: 1, t: 1, event: 'stderr', detail: { text: 'Error: no\n    at x' } }]);
	record.note('too late');
	await record.close();
	t.equal(lines.length, 1);
});

t.test('the record has what was written, the log has findings masked, also over several lines', async (t) => {
	const { record, details, logged } = recording(t);
	const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
	const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEpAIBAAKCAQEA'.repeat(8), '-----END RSA PRIVATE KEY-----'];
	record.note(`token is ${token}`);
	for (const line of key) record.note(line);
	await record.close();
	t.same(details(), [{ text: [`token is ${token}`, ...key].join('\n') }]);
	t.match(logged[0], 'token is [masked:secret/github-token]');
	t.notMatch(logged.join('\n'), /MIIE|ghp_/);
});

t.test('a chatty process fills a part of the record, and its last words are kept', async (t) => {
	const { record, details, logged } = recording(t);
	for (let n = 1; n <= 5_000; n++) {
		record.note(`line ${n}`);
		if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	await record.close();
	const texts = details().map((detail) => String(detail?.text).split('\n'));
	const last = texts.at(-1)!;
	t.same(texts.slice(0, -1).flat().length, 1_000);
	t.same([last[0], last.at(-1), last.length], ['line 4901', 'line 5000', 100]);
	t.equal(details().at(-1)?.omitted, 3_900);
	t.equal(logged.length, 1_100);
});

t.test('long lines are bounded too', async (t) => {
	const { record, details } = recording(t);
	for (let n = 0; n < 500; n++) record.note('x'.repeat(4_096));
	await record.close();
	const size = details().reduce((sum, detail) => sum + String(detail?.text).length, 0);
	t.ok(size < 262_144 + 100 * 4_200, String(size));
});

t.test('a record that cannot be written stops nothing', async (t) => {
	const { record, logged } = recording(t, true);
	record.note('one');
	await t.resolves(record.close());
	t.same(logged, ['one']);
});
