import { PassThrough, Writable } from 'node:stream';
import { test } from 'tap';
import { type Happenings, observed, publish } from '../../../gateway/telemetry/channels.ts';
import { type LogOptions, startLog } from '../../../gateway/telemetry/log.ts';
import { startMetrics } from '../../../gateway/telemetry/metrics.ts';

const clock = { now: () => 1_760_000_000_123_000_000n };

const frame: Happenings['frame'] = {
	session: 's1',
	seq: 3,
	server: 'files',
	from: 'client',
	kind: 'request',
	method: 'tools/call',
	verdict: 'deny',
	rules: ['shell/closed'],
	bytes: 120,
	masked: [],
	judgeNs: 30_000,
	recordNs: 400_000,
};

function log(options: Partial<LogOptions> = {}) {
	const stream = new PassThrough({ encoding: 'utf8' });
	const started = startLog({ stream, level: 'info', format: 'json', clock, ...options });
	return { started, text: () => (stream.read() as string | null) ?? '' };
}

test('one JSON object a line', async (t) => {
	const { started, text } = log();
	t.teardown(started.close);
	publish('frame', frame);
	publish('refusal', { code: 'ERR_FRAME_JSON', remote: '127.0.0.1', status: 400 });
	publish('policy', { ok: false, message: 'a.rego:3:1: unexpected token\nb.rego:1:1: more' });
	started.write('info', 'stopping', { grace_ms: 20_000 });
	const lines = text()
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line));
	t.same(lines[0], {
		time: '2025-10-09T08:53:20.123Z',
		level: 'info',
		event: 'frame',
		verdict: 'deny',
		server: 'files',
		from: 'client',
		kind: 'request',
		method: 'tools/call',
		rules: ['shell/closed'],
		bytes: 120,
		session: 's1',
		seq: 3,
		judge_us: 30,
		record_us: 400,
	});
	t.match(lines.slice(1), [
		{ event: 'refused', code: 'ERR_FRAME_JSON', status: 400 },
		{ level: 'error', event: 'policy not taken', message: /3:1: unexpected token\nb\.rego/ },
		{ event: 'stopping', grace_ms: 20_000 },
	]);
});

test('levels', async (t) => {
	const all: (() => void)[] = [
		() => publish('frame', { ...frame, verdict: 'allow' }),
		() => publish('frame', frame),
		() => publish('trouble', { code: 'ERR_X', message: 'm' }),
		() => publish('recorder', { healthy: false, message: 'm' }),
	];
	for (const [level, lines] of [
		['debug', 4],
		['info', 3],
		['warn', 2],
		['error', 1],
		['silent', 0],
	] as const) {
		const { started, text } = log({ level });
		for (const happen of all) happen();
		started.write('debug', 'x');
		t.equal(text().split('\n').length - 1, lines + (level === 'debug' ? 1 : 0), level);
		started.close();
	}
	const { started } = log({ level: 'error' });
	t.notOk(observed('frame'), 'what is never written costs nothing');
	t.ok(observed('recorder'));
	started.close();
	t.notOk(observed('recorder'), 'close ends listening');
});

test('text for people', async (t) => {
	const { started, text } = log({ format: 'text' });
	t.teardown(started.close);
	publish('frame', { ...frame, rules: ['a/b', 'c/d'], code: 'ERR_X' });
	publish('session', { id: 's1', server: 'files', what: 'opened' });
	t.equal(
		text(),
		'08:53:20.123 info  frame  verdict=deny server=files from=client kind=request method=tools/call rules=a/b,c/d ' +
			'code=ERR_X bytes=120 session=s1 seq=3 judge_us=30 record_us=400\n' +
			'08:53:20.123 info  session opened  id=s1 server=files\n',
	);
});

test('names chosen by strangers neither forge lines nor steer terminals', async (t) => {
	for (const format of ['json', 'text'] as const) {
		const { started, text } = log({ format });
		publish('frame', { ...frame, method: 'x\n{"level":"error"}\u001b[2J\u009b\u202e\u2028\u007f' });
		publish('stderr', { server: 'files', line: 'y'.repeat(5000) });
		const said = text();
		t.equal(said.split('\n').length - 1, 2, format);
		t.notMatch(said, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
		t.ok(said.length < 2500 + 400, 'one line has a bound');
		started.close();
	}
});

test('a reader that does not keep up loses lines, counted', async (t) => {
	let release = () => {};
	const lines: string[] = [];
	const stream = new Writable({
		highWaterMark: 1,
		write(chunk, _encoding, done) {
			lines.push(String(chunk));
			release = done;
		},
	});
	const started = startLog({ stream, level: 'info', format: 'text', clock });
	publish('trouble', { code: 'ERR_ONE', message: 'm' });
	publish('trouble', { code: 'ERR_TWO', message: 'm' });
	publish('trouble', { code: 'ERR_THREE', message: 'm' });
	const drained = new Promise((resolve) => stream.once('drain', resolve));
	release();
	await drained;
	publish('trouble', { code: 'ERR_FOUR', message: 'm' });
	const flushed = new Promise<void>((resolve) => stream.end(resolve));
	while (!stream.writableFinished && stream.writableLength > 0) {
		release();
		await new Promise(setImmediate);
	}
	release();
	await flushed;
	t.match(lines.join(''), /ERR_ONE[\s\S]*log lines dropped {2}count=2\n[\s\S]*ERR_FOUR/);
	t.notMatch(lines.join(''), /ERR_TWO/);
	started.close();
});

test('a reader that goes away stops nothing', async (t) => {
	const stream = new PassThrough();
	const started = startLog({ stream, level: 'info', format: 'text', clock });
	const gone = new Promise((resolve) => stream.once('close', resolve));
	stream.destroy(new Error('EPIPE'));
	await gone;
	publish('trouble', { code: 'ERR_LATE', message: 'm' });
	await new Promise(setImmediate);
	t.ok(observed('trouble'));
	started.close();
});

test('metrics', async (t) => {
	let pending = 2;
	const metrics = startMetrics({ pendingApprovals: () => pending });
	publish('policy', { ok: true, revision: 'one' });
	publish('policy', { ok: false, revision: 'one', message: 'm' });
	publish('policy', { ok: true, revision: 'two' });
	publish('frame', frame);
	publish('frame', {
		...frame,
		from: 'server',
		verdict: 'mask',
		masked: ['secret/github-token', 'path', 'x"\n'],
		bytes: 30,
		judgeNs: 0,
		recordNs: 0,
	});
	for (let i = 0; i < 50; i++) publish('frame', { ...frame, method: `made/up-${i}`, verdict: 'allow' });
	publish('refusal', { code: 'ERR_FRAME_JSON', remote: 'r', status: 400 });
	publish('refusal', { code: 'made up', remote: 'r', status: 400 });
	publish('recorder', { healthy: false });
	publish('recorder', { healthy: true });
	for (const what of ['opened', 'resumed'] as const) publish('session', { id: 's1', server: 'files', what });
	publish('session', { id: 's2', server: 'files', what: 'opened' });
	publish('session', { id: 's2', server: 'files', what: 'closed' });
	publish('session', { id: 's3', server: 'files', what: 'closed' });
	for (const [state, seconds] of [
		['pending', 0],
		['ticket', 45],
		['released', 20],
		['denied', 100],
		['used', 9000],
	] as const) {
		publish('approval', { id: 'a', state, server: 'files', waitedNs: seconds * 1e9 });
	}
	const text = await metrics.text();
	for (const line of [
		'mcp_gateway_frames_total{direction="client",method="tools/call",decision="deny"} 1',
		'mcp_gateway_frames_total{direction="server",method="tools/call",decision="mask"} 1',
		'mcp_gateway_frames_total{direction="client",method="other",decision="allow"} 50',
		'mcp_gateway_frame_bytes_total{direction="server"} 30',
		'mcp_gateway_policy_eval_duration_seconds_count 51',
		'mcp_gateway_policy_eval_duration_seconds_bucket{le="0.00005"} 51',
		'mcp_gateway_record_commit_duration_seconds_count 51',
		'mcp_gateway_record_commit_duration_seconds_bucket{le="0.00025"} 0',
		'mcp_gateway_record_failures_total 1',
		'mcp_gateway_masked_values_total{detector="secret/github-token"} 1',
		'mcp_gateway_masked_values_total{detector="path"} 1',
		'mcp_gateway_masked_values_total{detector="other"} 1',
		'mcp_gateway_refusals_total{code="ERR_FRAME_JSON"} 1',
		'mcp_gateway_refusals_total{code="other"} 1',
		'mcp_gateway_approvals_pending 2',
		'mcp_gateway_approvals_total{outcome="released"} 1',
		'mcp_gateway_approvals_total{outcome="denied"} 1',
		'mcp_gateway_approvals_total{outcome="used"} 1',
		'mcp_gateway_approval_wait_seconds_count 2',
		'mcp_gateway_approval_wait_seconds_sum 120',
		'mcp_gateway_sessions_open 1',
		'mcp_gateway_policy_revision_info{revision="two"} 1',
		'mcp_gateway_policy_loads_total{outcome="ok"} 2',
		'mcp_gateway_policy_loads_total{outcome="failed"} 1',
	]) {
		t.ok(text.split('\n').includes(line), line);
	}
	t.notMatch(text, /made|revision="one"|"s1"|files|outcome="(pending|ticket)"/);
	t.match(metrics.contentType, /^text\/plain/);
	pending = 0;
	t.match(await metrics.text(), 'mcp_gateway_approvals_pending 0');
	metrics.close();
	t.notOk(observed('frame'));
});

test('what Node says of itself, where it is asked for', async (t) => {
	const metrics = startMetrics({ pendingApprovals: () => 0, process: true });
	t.match(await metrics.text(), /process_resident_memory_bytes \d/);
	metrics.close();
});
