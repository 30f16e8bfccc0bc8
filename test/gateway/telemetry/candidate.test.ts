import { PassThrough } from 'node:stream';
import { test } from 'tap';
import { systemClock } from '../../../gateway/clock.ts';
import { publish } from '../../../gateway/telemetry/channels.ts';
import { startLog } from '../../../gateway/telemetry/log.ts';
import { startMetrics } from '../../../gateway/telemetry/metrics.ts';

const said = (verdict: 'allow' | 'deny' | 'unreached', differs: boolean) =>
	publish('candidate', { session: 's', seq: 3, server: 'files', revision: 'r', verdict, live: 'allow', differs });

test('what a candidate says is counted, and logged where it differs', async (t) => {
	const stream = new PassThrough();
	const lines: Record<string, unknown>[] = [];
	stream.on('data', (chunk: Buffer) => lines.push(JSON.parse(chunk.toString())));
	const log = startLog({ stream, level: 'info', format: 'json', clock: systemClock });
	const metrics = startMetrics({ pendingApprovals: () => 0 });
	t.teardown(() => {
		log.close();
		metrics.close();
	});
	said('allow', false);
	said('deny', true);
	said('deny', true);
	said('unreached', false);
	publish('candidatePolicy', { ok: true, revision: 'r' });
	publish('candidatePolicy', { ok: false, message: 'it is broken' });
	const text = await metrics.text();
	const count = (decision: string, differs: boolean) =>
		`mcp_gateway_candidate_verdicts_total{decision="${decision}",differs="${differs}"}`;
	t.match(text, `${count('allow', false)} 1\n`);
	t.match(text, `${count('deny', true)} 2\n`);
	t.match(text, `${count('unreached', false)} 1\n`);
	t.match(lines, [
		{ level: 'info', event: 'candidate', verdict: 'deny', live: 'allow', session: 's', seq: 3, revision: 'r' },
		{ event: 'candidate' },
		{ level: 'info', event: 'candidate is judged beside', revision: 'r' },
		{ level: 'warn', event: 'candidate not taken', message: 'it is broken' },
	]);
	t.equal(lines.length, 4);
});
