import { request as httpRequest } from 'node:http';
import { type Test, test } from 'tap';
import { SluiceError } from '../../../engine/error.ts';
import type { Line, RecordingHeader } from '../../../engine/recording/lines.ts';
import type { Principal } from '../../../engine/session/types.ts';
import type { HeldRequest, Holder, Readiness, ReceivedRead, Role, SessionRow } from '../../../gateway/admin/ports.ts';
import { type AdminOptions, createAdminServer } from '../../../gateway/admin/server.ts';
import { subscribe } from '../../../gateway/telemetry/channels.ts';

const SECRET = 'ghp_000000000000000000000000000000000000';

const principal = (id: string): Principal => ({
	id,
	kind: 'human',
	issuer: 'sluice',
	groups: [],
	scopes: [],
	human: id,
	claims: {},
});

const header = (id: string, started_ns: bigint): RecordingHeader => ({
	version: 1,
	id,
	started_ns,
	server: { name: 'files', labels: [], transport: 'stdio' },
	transport: { kind: 'http', remote: '127.0.0.1' },
	principal: principal('bot'),
});

const result = `{"jsonrpc":"2.0","id":1,"result":{"a":"${SECRET}"}}`;
const at = result.indexOf(SECRET);
const LINES: Line[] = [
	{
		type: 'frame',
		seq: 1,
		t: 5,
		from: 'client',
		bytes: Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'),
		verdict: 'allow',
	},
	{
		type: 'frame',
		seq: 2,
		t: 6,
		from: 'server',
		bytes: Buffer.from(result),
		delivered: [{ start: at, end: at + 4, replacement: 'XYZ_', pointer: '/result/a', what: 'path' }],
		verdict: 'mask',
		reasons: [{ set: 'mask', rule: 'a/b', level: 'enforce', message: `saw ${SECRET}` }],
	},
	{ type: 'frame', seq: 3, t: 7, from: 'client', bytes: Buffer.from('held'), delivered: null, verdict: 'hold' },
	{ type: 'event', seq: 4, t: 8, event: 'vote', of: 3, detail: { reason: `because ${SECRET}` } },
	{
		type: 'rejudge',
		seq: 5,
		t: 9,
		rejudges: 3,
		verdict: 'allow',
		reasons: [],
		labels: [],
		revision: 'r',
		outcome: 'released',
	},
	{ type: 'gateway', seq: 6, t: 10, to: 'client', answers: 3, bytes: Buffer.from('no frame at all') },
];

const held: HeldRequest = {
	id: 'apr-1',
	state: 'pending',
	principal: { ...principal('bot'), kind: 'agent', human: 'alice' },
	server: 'files',
	method: 'tools/call',
	tool: 'delete_file',
	session: 's1',
	seq: 3,
	demands: [{ rule: 'files/delete', message: 'needs a human', approvers: [], quorum: 1 }],
	shown: '{"path": "/a",  "n":1.0}',
	votes: [],
	created: 1_760_000_000_000_000_000n,
	expiresAt: 1_760_000_600_000_000_000n,
};

async function setUp(t: Test, change: Partial<AdminOptions> = {}) {
	const readiness: { -readonly [K in keyof Readiness]: boolean } = { policy: true, recorder: true, draining: false };
	const votes: unknown[] = [];
	const reads: ReceivedRead[] = [];
	const reloads: boolean[] = [];
	const ends: string[] = [];
	const server = createAdminServer({
		version: '1.2.3',
		loopback: true,
		verify: (token) =>
			/^(agent|approver|auditor|admin)$/.test(token) ? { principal: principal(token), role: token as Role } : undefined,
		origin: (host, origin) => {
			if (!/^127\.0\.0\.1:\d+$/.test(host ?? ''))
				return { status: 403, code: 'ERR_HOST_FORBIDDEN', message: 'wrong host' };
			if (origin !== undefined && origin !== `http://${host}`)
				return { status: 403, code: 'ERR_ORIGIN_FORBIDDEN', message: 'wrong origin' };
			return undefined;
		},
		readiness: () => readiness,
		metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'a_metric 1\n' },
		sessions: {
			async *sessions(filter = {}) {
				for (const id of ['s1', 's2', 's3']) {
					if (filter.server !== undefined && filter.server !== 'files') continue;
					const started_ns = 1_760_000_000_000_000_000n + BigInt(id[1]!);
					yield {
						id,
						started_ns,
						server: 'files',
						principal: 'bot',
						frames: 2,
						verdicts: { allow: 1 },
						last_t: 10,
						closed: false,
					} satisfies SessionRow;
				}
			},
			header: async (id) => (/^s[123]$/.test(id) ? header(id, 1_760_000_000_000_000_001n) : undefined),
			async *lines(_id, from = 0) {
				for (const line of LINES) if (line.seq >= from) yield line;
			},
		},
		cover: {
			frame: (bytes) => {
				const text = bytes.toString();
				if (!text.startsWith('{')) return undefined;
				return {
					text: text.replaceAll(SECRET, '[masked]').replaceAll(SECRET.slice(4), '[rest]'),
					types: text.includes(SECRET.slice(4)) ? ['secret/github-token'] : [],
				};
			},
			text: (text) => text.replaceAll(SECRET, '[masked]'),
		},
		receivedRead: async (read) => {
			reads.push(read);
		},
		approvals: {
			list: async ({ state } = {}) => (state === undefined || state === 'pending' ? [held] : []),
			get: async (id) => (id === held.id ? held : undefined),
			vote: async (id, voter, role, vote, reason) => {
				if (id !== held.id) throw new SluiceError('ERR_APPROVAL_UNKNOWN', `there is no approval \`${id}\``);
				if (reason === 'late')
					throw new SluiceError('ERR_APPROVAL_DECIDED', 'it is decided', { help: 'nothing to do' });
				if (reason === 'bug') throw new TypeError(`secret ${SECRET}`);
				votes.push([id, voter.id, role, vote, reason]);
				return {
					...held,
					state: vote === 'approve' ? 'approved' : 'denied',
					votes: [{ by: voter.id, human: 'carol', vote, at: held.created }],
				};
			},
		},
		connect: {
			url: () => 'http://127.0.0.1:7071',
			who: async () => undefined,
			connections: {
				servers: ['notes'],
				ask: async () => {
					throw new Error('not asked');
				},
				allow: async () => {
					throw new Error('not asked');
				},
				disconnect: async () => {},
				finish: async () => {
					throw new Error('not asked');
				},
				list: () => [],
				remove: async () => {
					throw new Error('not asked');
				},
			},
		},
		tools: {
			list: () => [],
			get: (server, tool) => ({ server, tool, status: 'same' }),
			accept: async () => undefined,
		},
		judgements: {
			kinds: ['diff'],
			bodyLimit: 100_000,
			admit(by, kind, body) {
				if (String(body) === 'busy') throw new SluiceError('ERR_JUDGEMENT_BUSY', 'not now');
				async function* lines() {
					yield { progress: { sessions: 0, frames: 0 } };
					if (String(body) === 'broken') yield { error: new Error(`secret ${SECRET}`) };
					else yield { result: { by: by.id, kind, body: String(body) } };
				}
				return { lines: lines(), end: () => ends.push(by.id) };
			},
		},
		policy: {
			status: () => ({
				signature: 'none' as const,
				revision: 'rev-1',
				since: 1_760_000_000_000_000_000n,
				origin: './policies',
				compiler: 'opa',
				rules: [{ id: 'a/b', sets: ['deny'], files: ['a/b.rego'] }],
			}),
			reload: async ({ force }) => {
				reloads.push(force);
				if (force) return { outcome: 'loaded', revision: 'rev-2' };
				return { outcome: 'waiting', revision: 'rev-1', message: 'it waits', missing: ['a/b'] };
			},
		},
		...change,
	});
	const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 });
	t.teardown(() => server.close());
	const call = async (
		method: string,
		path: string,
		role?: Role | string,
		init: { body?: unknown; raw?: string; headers?: Record<string, string> } = {},
	) => {
		const body = init.raw ?? (init.body === undefined ? undefined : JSON.stringify(init.body));
		const response = await fetch(`http://${host}:${port}${path}`, {
			method,
			headers: {
				...(role === undefined ? {} : { authorization: `Bearer ${role}` }),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...init.headers,
			},
			...(body === undefined ? {} : { body }),
		});
		const text = await response.text();
		const json =
			response.headers.get('content-type')?.startsWith('application/json') && text ? JSON.parse(text) : undefined;
		return { status: response.status, text, json, headers: response.headers };
	};
	return { call, server, port, readiness, votes, reads, reloads, ends };
}

test('health and readiness', async (t) => {
	const { call, readiness } = await setUp(t);
	t.match(await call('GET', '/healthz'), { status: 200, json: { healthy: true } });
	t.match(await call('GET', '/readyz'), {
		status: 200,
		json: { ready: true, policy: 'in force', recorder: 'writes', draining: false },
	});
	for (const [member, bad, said] of [
		['policy', false, { policy: 'none' }],
		['recorder', false, { recorder: 'cannot write' }],
		['draining', true, { draining: true }],
	] as const) {
		readiness[member] = bad;
		t.match(await call('GET', '/readyz'), { status: 503, json: { ready: false, ...said } }, member);
		t.equal((await call('GET', '/healthz')).status, 200, 'and still healthy');
		readiness[member] = !bad;
	}
});

test('metrics are open on loopback only, and not to whoever comes through a proxy', async (t) => {
	const { call } = await setUp(t);
	t.match(await call('GET', '/metrics'), { status: 200, text: 'a_metric 1\n' });
	t.equal((await call('GET', '/metrics')).headers.get('content-type'), 'text/plain; version=0.0.4');
	t.equal((await call('GET', '/metrics', undefined, { headers: { 'x-forwarded-for': '10.0.0.1' } })).status, 401);
	const open = await setUp(t, { loopback: false });
	t.equal((await open.call('GET', '/metrics')).status, 401);
	t.equal((await open.call('GET', '/metrics', 'agent')).status, 403);
	t.equal((await open.call('GET', '/metrics', 'auditor')).status, 200);
});

/** What each role may do; everything else is 403. */
const ALLOWED: readonly [method: string, path: string, roles: readonly Role[]][] = [
	['GET', '/api/v1/sessions', ['auditor', 'admin']],
	['GET', '/api/v1/sessions/s1', ['auditor', 'admin']],
	['GET', '/api/v1/sessions/s1/frames', ['auditor', 'admin']],
	['GET', '/api/v1/sessions/s1/frames?received=1', ['auditor']],
	['GET', '/api/v1/approvals', ['approver', 'admin']],
	['GET', '/api/v1/approvals/apr-1', ['approver', 'admin']],
	['POST', '/api/v1/approvals/apr-1/approve', ['approver', 'admin']],
	['POST', '/api/v1/approvals/apr-1/deny', ['approver', 'admin']],
	['GET', '/api/v1/policy', ['approver', 'auditor', 'admin']],
	['POST', '/api/v1/policy/reload', ['admin']],
	['GET', '/api/v1/version', ['approver', 'auditor', 'admin']],
];

test('roles', async (t) => {
	const { call, votes, reads, reloads } = await setUp(t);
	for (const [method, path, roles] of ALLOWED) {
		for (const role of ['agent', 'approver', 'auditor', 'admin'] as const) {
			const before = [votes.length, reads.length, reloads.length];
			const { status, json } = await call(method, path, role);
			t.equal(status, roles.includes(role) ? 200 : 403, `${role} ${method} ${path}`);
			if (roles.includes(role)) continue;
			t.match(json, { error: { code: 'ERR_API_ROLE', message: String, help: String } });
			t.same([votes.length, reads.length, reloads.length], before, 'and nothing happened');
		}
		t.match(await call(method, path), { status: 401, json: { error: { code: 'ERR_API_TOKEN_MISSING' } } });
		const wrong = await call(method, path, 'somebody');
		t.match(wrong, { status: 401, json: { error: { code: 'ERR_API_TOKEN_INVALID' } } });
		t.match(wrong.headers.get('www-authenticate'), /^Bearer/);
	}
	for (const authorization of ['admin', 'Basic admin', 'Bearer', 'Bearer admin admin', 'Bearer ad,min']) {
		t.equal(
			(await call('GET', '/api/v1/version', undefined, { headers: { authorization } })).status,
			401,
			authorization,
		);
	}
});

test('a wrong Host or Origin is refused before anything else, and no answer is for other sites', async (t) => {
	const { call, port } = await setUp(t);
	const rebound = await new Promise<number | undefined>((resolve, reject) => {
		httpRequest({ port, host: '127.0.0.1', path: '/healthz', headers: { host: 'evil.example' } }, (response) => {
			response.resume();
			resolve(response.statusCode);
		})
			.on('error', reject)
			.end();
	});
	t.equal(rebound, 403);
	const cross = await call('POST', '/api/v1/approvals/apr-1/approve', 'admin', {
		headers: { origin: 'https://evil.example' },
	});
	t.match(cross, { status: 403, json: { error: { code: 'ERR_ORIGIN_FORBIDDEN' } } });
	for (const answer of [
		cross,
		await call('GET', '/'),
		await call('GET', '/nowhere'),
		await call('OPTIONS', '/api/v1/version'),
	]) {
		t.equal(answer.headers.get('access-control-allow-origin'), null);
		t.equal(answer.headers.get('x-content-type-options'), 'nosniff');
		t.equal(answer.headers.get('cache-control'), 'no-store');
		t.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
	}
});

test('the first page names the API and the CLI', async (t) => {
	const { call } = await setUp(t);
	const { status, text, headers } = await call('GET', '/');
	t.equal(status, 200);
	t.match(headers.get('content-type'), 'text/plain');
	t.match(text, /\/api\/v1[\s\S]*sluice approvals/);
});

test('sessions', async (t) => {
	const { call } = await setUp(t);
	const { json, text } = await call('GET', '/api/v1/sessions', 'auditor');
	t.same(
		json.sessions.map((s: { id: string }) => s.id),
		['s3', 's2', 's1'],
		'newest first',
	);
	t.match(text, '"started_ns":1760000000000000003', 'to the last digit');
	t.match(json, { more: false, sessions: [{ started: '2025-10-09T08:53:20.000Z' }] });
	const page = await call('GET', '/api/v1/sessions?limit=1&before=1760000000000000003', 'auditor');
	t.match(page.json, { more: true, sessions: [{ id: 's2' }] });
	t.same((await call('GET', '/api/v1/sessions?server=other', 'auditor')).json.sessions, []);
	t.match((await call('GET', '/api/v1/sessions/s2', 'auditor')).json, {
		header: { id: 's2', principal: { id: 'bot' } },
		summary: { id: 's2', frames: 2 },
	});
	t.match(await call('GET', '/api/v1/sessions/s9', 'auditor'), {
		status: 404,
		json: { error: { code: 'ERR_API_SESSION_UNKNOWN', message: /`s9`/ } },
	});
	t.match(await call('GET', '/api/v1/sessions/s9/frames', 'auditor'), { status: 404 });
});

test('frames are shown as delivered with findings masked', async (t) => {
	const { call, reads } = await setUp(t);
	const { json, text } = await call('GET', '/api/v1/sessions/s1/frames', 'auditor');
	t.notMatch(text, SECRET);
	t.notMatch(text, SECRET.slice(4), 'a mask by the policy is not undone by half');
	t.notMatch(text, 'received');
	t.match(json, {
		session: 's1',
		frames: [
			{ type: 'frame', seq: 1, delivered: { text: '{"jsonrpc":"2.0","id":1,"method":"ping"}' } },
			{
				seq: 2,
				delivered: { text: /"XYZ_\[rest\]"/ },
				covered: ['secret/github-token'],
				masked: [{ pointer: '/result/a', what: 'path' }],
				reasons: [{ message: 'saw [masked]' }],
			},
			{ seq: 3, verdict: 'hold', delivered: null },
			{ type: 'event', seq: 4, detail: { reason: 'because [masked]' } },
			{ type: 'rejudge', seq: 5, delivered: { withheld: String } },
			{ type: 'gateway', seq: 6, delivered: { text: 'no frame at all' } },
		],
	});
	t.notOk('next' in json);
	const page = await call('GET', '/api/v1/sessions/s1/frames?from=2&limit=2', 'auditor');
	t.same(
		page.json.frames.map((f: { seq: number }) => f.seq),
		[2, 3],
	);
	t.equal(page.json.next, 4);
	t.same(reads, []);
});

test('received bytes: an auditor only, and only once the read is recorded', async (t) => {
	const { call, reads } = await setUp(t);
	const { text, json } = await call('GET', '/api/v1/sessions/s1/frames?from=2&received=1', 'auditor');
	t.match(text, SECRET);
	t.equal(json.frames[0].received.text, result);
	t.match(json.frames[0].delivered.text, /\[rest\]/);
	t.match(reads, [{ by: { principal: { id: 'auditor' } }, session: 's1', from: 2, to: 6 }]);
	const full = await setUp(t, {
		receivedRead: () => Promise.reject(new SluiceError('ERR_RECORD_FAILED', 'the disk is full')),
	});
	const refused = await full.call('GET', '/api/v1/sessions/s1/frames?received=1', 'auditor');
	t.match(refused, { status: 500, json: { error: { code: 'ERR_RECORD_FAILED' } } });
	t.notMatch(refused.text, SECRET);
});

test('approvals: a GET shows, a POST decides', async (t) => {
	const { call, votes } = await setUp(t);
	const list = await call('GET', '/api/v1/approvals?state=pending', 'approver');
	t.match(list.json, {
		approvals: [
			{ id: 'apr-1', state: 'pending', tool: 'delete_file', server: 'files', principal: { id: 'bot', human: 'alice' } },
		],
	});
	t.notOk('arguments' in list.json.approvals[0]);
	t.same((await call('GET', '/api/v1/approvals?state=used', 'approver')).json, { approvals: [] });
	t.match((await call('GET', '/api/v1/approvals/apr-1', 'approver')).json, {
		arguments: held.shown,
		expires: '2025-10-09T09:03:20.000Z',
		votes: [],
	});
	t.match(await call('GET', '/api/v1/approvals/apr-2', 'approver'), {
		status: 404,
		json: { error: { code: 'ERR_APPROVAL_UNKNOWN' } },
	});
	for (const method of ['GET', 'HEAD', 'PUT'])
		t.equal((await call(method, '/api/v1/approvals/apr-1/approve', 'approver')).status, 404, method);
	t.same(votes, []);

	const approved = await call('POST', '/api/v1/approvals/apr-1/approve', 'approver', { body: { reason: 'fine' } });
	t.match(approved, { status: 200, json: { state: 'approved', votes: [{ by: 'approver', vote: 'approve' }] } });
	t.equal((await call('POST', '/api/v1/approvals/apr-1/deny', 'approver')).json.state, 'denied');
	t.same(votes, [
		['apr-1', 'approver', 'approver', 'approve', 'fine'],
		['apr-1', 'approver', 'approver', 'deny', undefined],
	]);
	t.match(await call('POST', '/api/v1/approvals/apr-1/approve', 'approver', { body: { reason: 'late' } }), {
		status: 409,
		json: { error: { code: 'ERR_APPROVAL_DECIDED', message: 'it is decided', help: 'nothing to do' } },
	});
	t.match(await call('POST', '/api/v1/approvals/apr-2/approve', 'approver'), { status: 404 });
});

test('input that is not as it must be', async (t) => {
	const { call, votes, reloads } = await setUp(t);
	const post = '/api/v1/approvals/apr-1/approve';
	const refusals: [Awaited<ReturnType<typeof call>>, number, string][] = [
		[await call('POST', post, 'approver', { body: { reason: 7 } }), 400, 'ERR_API_INPUT'],
		[await call('POST', post, 'approver', { body: { reason: '' } }), 400, 'ERR_API_INPUT'],
		[await call('POST', post, 'approver', { body: { reason: 'x', extra: 1 } }), 400, 'ERR_API_INPUT'],
		[await call('POST', post, 'approver', { body: ['x'] }), 400, 'ERR_API_INPUT'],
		[await call('POST', `${post}?reason=x`, 'approver'), 400, 'ERR_API_INPUT'],
		[await call('POST', post, 'approver', { raw: '{"reason":' }), 400, 'ERR_API_JSON'],
		[await call('POST', post, 'approver', { raw: '{"__proto__":{"reason":"x"}}' }), 400, 'ERR_API_JSON'],
		[
			await call('POST', post, 'approver', {
				raw: 'reason=x',
				headers: { 'content-type': 'application/x-www-form-urlencoded' },
			}),
			415,
			'ERR_API_MEDIA_TYPE',
		],
		[
			await call('POST', post, 'approver', { raw: '{}', headers: { 'content-type': 'text/plain' } }),
			415,
			'ERR_API_MEDIA_TYPE',
		],
		[await call('POST', post, 'approver', { raw: `"${'x'.repeat(20_000)}"` }), 413, 'ERR_API_BODY_SIZE'],
		[await call('POST', '/api/v1/policy/reload', 'admin', { body: { force: 'yes' } }), 400, 'ERR_API_INPUT'],
		[await call('GET', '/api/v1/approvals?state=maybe', 'approver'), 400, 'ERR_API_INPUT'],
		[await call('GET', '/api/v1/sessions?limit=0', 'auditor'), 400, 'ERR_API_INPUT'],
		[await call('GET', '/api/v1/sessions?limit=1001', 'auditor'), 400, 'ERR_API_INPUT'],
		[await call('GET', '/api/v1/sessions/s1/frames?from=-1', 'auditor'), 400, 'ERR_API_INPUT'],
		[await call('GET', '/api/v1/sessions/s1/frames?received=yes', 'auditor'), 400, 'ERR_API_INPUT'],
		[await call('GET', '/api/v1/sessions?server=a&server=b', 'auditor'), 400, 'ERR_API_INPUT'],
		[await call('GET', '/api/v1/sessions/%zz', 'auditor'), 400, 'ERR_API_INPUT'],
		[await call('GET', '/api/v1/nothing', 'admin'), 404, 'ERR_API_ROUTE'],
	];
	for (const [answer, status, code] of refusals) {
		t.equal(answer.status, status, `${code}: ${answer.text}`);
		t.match(answer.json, { error: { code, message: /^[^A-Z].*[^.]$/ } });
		t.notMatch(answer.text, /node_modules|\.ts:|\n {4}at /);
	}
	t.match(refusals[2]?.[0].json.error.message, '`extra` is not known');
	t.match(refusals[0]?.[0].json.error.message, '`reason` must be string');
	t.same([votes, reloads], [[], []]);
});

test('a bug says nothing to the caller, and where to the operator', async (t) => {
	const { call } = await setUp(t);
	const troubles: { code: string; message: string }[] = [];
	t.teardown(subscribe('trouble', (message) => troubles.push(message)));
	const answer = await call('POST', '/api/v1/approvals/apr-1/approve', 'approver', { body: { reason: 'bug' } });
	t.match(answer, { status: 500, json: { error: { code: 'ERR_INTERNAL' } } });
	t.notMatch(answer.text, /TypeError|secret|at /);
	t.match(troubles, [{ code: 'ERR_INTERNAL', message: /server\.test\.ts/ }]);
	t.notMatch(troubles[0]?.message, SECRET);
});

test('policy', async (t) => {
	const { call, reloads } = await setUp(t);
	t.match((await call('GET', '/api/v1/policy', 'approver')).json, {
		revision: 'rev-1',
		since: '2025-10-09T08:53:20.000Z',
		rules: [{ id: 'a/b', sets: ['deny'] }],
	});
	t.match(await call('POST', '/api/v1/policy/reload', 'admin'), {
		status: 200,
		json: { outcome: 'loaded', revision: 'rev-2' },
	});
	t.match(await call('POST', '/api/v1/policy/reload', 'admin', { body: { force: false } }), {
		status: 409,
		json: { outcome: 'waiting', missing: ['a/b'], error: { code: 'ERR_POLICY_WAITS', message: 'it waits' } },
	});
	t.same(reloads, [true, false]);
	t.match((await call('GET', '/api/v1/version', 'auditor')).json, { sluice: '1.2.3', node: process.version, api: 1 });
});

test('a port that is taken, and an end that is clean', async (t) => {
	const { server, port, call } = await setUp(t);
	const second = createAdminServer({} as AdminOptions & { verify: () => Holder });
	await t.rejects(second.listen({ host: '127.0.0.1', port }), {
		code: 'ERR_LISTEN_FAILED',
		message: new RegExp(`127.0.0.1:${port}`),
	});
	await second.close();
	t.equal((await call('GET', '/healthz')).status, 200);
	await server.close();
	await t.rejects(call('GET', '/healthz'));
});

test('judgements: an answer line by line, for auditors', async (t) => {
	const { call, ends } = await setUp(t);
	const tar = (raw: string) => ({ raw, headers: { 'content-type': 'application/x-tar' } });
	const ask = (raw: string, role = 'auditor') => call('POST', '/api/v1/judgements/diff', role, tar(raw));
	const answered = await ask('the policies');
	t.match(answered, { status: 200, headers: { get: Function } });
	t.equal(answered.headers.get('content-type'), 'application/x-ndjson');
	t.strictSame(
		answered.text
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line)),
		[{ progress: { sessions: 0, frames: 0 } }, { result: { by: 'auditor', kind: 'diff', body: 'the policies' } }],
	);
	t.ok(ends.includes('auditor'), 'and it ends');
	for (const role of ['agent', 'approver', 'admin']) t.match(await ask('x', role), { status: 403 }, role);
	t.match(await ask('busy'), { status: 429, json: { error: { code: 'ERR_JUDGEMENT_BUSY' } } });
	t.match(await ask('x'.repeat(100_001)), { status: 413, json: { error: { code: 'ERR_API_BODY_SIZE' } } });
	t.match(await call('POST', '/api/v1/judgements/other', 'auditor', tar('x')), { status: 400 });
	const broken = await ask('broken');
	t.match(JSON.parse(broken.text.trimEnd().split('\n').at(-1)!), { error: { code: 'ERR_INTERNAL' } });
	t.notOk(broken.text.includes(SECRET));
});
