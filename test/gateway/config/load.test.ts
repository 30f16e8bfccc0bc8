import { test } from 'tap';
import type { SluiceError } from '../../../engine/error.ts';
import { loadConfig, parseConfig } from '../../../gateway/config/load.ts';
import { printConfig } from '../../../gateway/config/print.ts';

const MINIMAL = 'servers:\n  files: { stdio: { command: npx } }\n';

function refusal(text: string): SluiceError {
	try {
		parseConfig(text, 'sluice.yaml');
	} catch (error) {
		return error as SluiceError;
	}
	throw new Error('it was accepted');
}

test('the least that is a configuration, with every default', async (t) => {
	const config = parseConfig(MINIMAL, '/etc/sluice/sluice.yaml');
	t.same(config, {
		file: '/etc/sluice/sluice.yaml',
		listen: { host: '127.0.0.1', port: 7070 },
		admin: { host: '127.0.0.1', port: 7071 },
		trustProxy: [],
		allowedOrigins: [],
		dataDir: '/etc/sluice/.sluice',
		keys: {},
		servers: {
			files: {
				name: 'files',
				labels: [],
				upstream: { kind: 'stdio', command: 'npx', args: [], env: {}, cwd: '/etc/sluice' },
			},
		},
		wrap: { anyCommand: false },
		identity: { anonymous: false, tokens: true, oidc: [], roles: { approver: [], auditor: [], admin: [] } },
		policy: { path: '/etc/sluice/policies', data: [], memory: 3_600_000 },
		limits: {
			evaluation: 50,
			memory: 134_217_728,
			input: 4_194_304,
			frame: 16_777_216,
			depth: 128,
			keys: 100_000,
			inFlight: 64,
			streams: 16,
			sessionsPerPrincipal: 100,
			children: 64,
			idle: 1_800_000,
			slowReader: 30_000,
		},
		recording: { mode: 'strict' },
		approvals: { timeout: 600_000, holdFor: 45_000, grantFor: 600_000 },
		masking: { detectors: ['secrets', 'pii'] },
		log: { level: 'info', format: 'json' },
		shutdown: { grace: 20_000 },
		notes: [],
	});
});

test('keys that do nothing yet and do no harm are accepted with a note', async (t) => {
	const config = parseConfig(
		`limits: { evaluation: 50ms }\nrecording: { mode: strict, keep: 90d, maxBytes: 50GiB }\n${MINIMAL}`,
		'sluice.yaml',
	);
	t.match(config.notes, [/recording.keep.*nothing is deleted/, /recording.maxBytes/]);
});

test('a full one, YAML and JSON alike', async (t) => {
	const value = {
		listen: '[::1]:0',
		admin: 'localhost:9000',
		dataDir: '../data',
		keys: { master: { file: 'k/master.key' } },
		servers: {
			github: {
				http: { url: 'https://example.com/mcp', headers: { Authorization: { env: 'GITHUB_AUTH' }, 'X-Team': 'a' } },
				labels: ['external'],
			},
			files: { stdio: { command: 'npx', args: ['x'], env: { K: { command: ['pass', 'k'] }, L: 'plain' }, cwd: 'w' } },
		},
		identity: { anonymous: true, roles: { approver: ['group:oncall'] } },
		policy: { path: 'p', data: ['d.yaml'], memory: '2h' },
		limits: { frame: '1MiB', idle: '1h30m', depth: 5 },
		approvals: { holdFor: '500ms' },
	};
	const config = parseConfig(JSON.stringify(value, null, 2), '/a/b/sluice.yaml');
	t.same(config.listen, { host: '::1', port: 0 });
	t.equal(config.dataDir, '/a/data');
	t.same(config.keys.master, { file: '/a/b/k/master.key' });
	t.same(config.servers.github?.upstream, {
		kind: 'http',
		url: 'https://example.com/mcp',
		headers: { authorization: { env: 'GITHUB_AUTH' }, 'x-team': 'a' },
	});
	t.same(config.servers.files?.upstream, {
		kind: 'stdio',
		command: 'npx',
		args: ['x'],
		env: { K: { command: ['pass', 'k'] }, L: 'plain' },
		cwd: '/a/b/w',
	});
	t.same([config.limits.frame, config.limits.idle, config.limits.depth], [1_048_576, 5_400_000, 5]);
	t.equal(config.approvals.holdFor, 500);
	t.same(parseConfig(printConfig(config), '/a/b/sluice.yaml'), config, 'what `config print` writes means the same');
});

test('mistakes say where, what and what to write', async (t) => {
	const rows: [name: string, text: string, code: string, message: RegExp, help: RegExp][] = [
		[
			'unknown key',
			`lissen: 127.0.0.1:1\n${MINIMAL}`,
			'INVALID',
			/:1:1: unknown key `lissen`/,
			/did you mean `listen`/,
		],
		[
			'nested unknown key',
			`${MINIMAL}approvals:\n  holdfor: 1s\n`,
			'INVALID',
			/:4:3: .*`holdfor` in `approvals`/,
			/`holdFor`/,
		],
		['not a duration', `${MINIMAL}approvals: { timeout: soon }\n`, 'INVALID', /:3:23: .*a duration like/, /./],
		['no servers', 'listen: 127.0.0.1:1\n', 'INVALID', /:1:1: .*lacks `servers`/, /add `servers`/],
		['empty file', '', 'INVALID', /:1:1: `the document` must be an object/, /./],
		[
			'two upstreams',
			'servers: { a: { stdio: { command: x }, http: { url: "http://h/" } } }',
			'INVALID',
			/:1:15: .*exactly one of/,
			/./,
		],
		['no upstream', 'servers: { a: { labels: [x] } }', 'INVALID', /exactly one of/, /./],
		[
			'server name',
			'servers: { "a b": { stdio: { command: x } } }',
			'INVALID',
			/:1:12: `a b` is not a name/,
			/letters/,
		],
		[
			'detector',
			`${MINIMAL}masking: { detectors: [secret] }`,
			'INVALID',
			/`masking.detectors.0` cannot be `secret`/,
			/did you mean `secrets`/,
		],
		['syntax', 'servers: { a: [ }', 'SYNTAX', /sluice.yaml:1:\d+: /, /YAML or JSON/],
		['duplicate key', `${MINIMAL}listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n`, 'SYNTAX', /:4:1: .*unique/, /./],
		['fleet', `${MINIMAL}fleet: { postgres: { env: P } }`, 'NOT_YET', /`fleet`/, /./],
		['kms', `${MINIMAL}keys: { master: { awsKms: { id: 1 } } }`, 'NOT_YET', /`keys.master.awsKms`/, /file/],
		['best effort', `${MINIMAL}recording: { mode: best-effort }`, 'NOT_YET', /best-effort/, /strict/],
		[
			'off loopback',
			`listen: 0.0.0.0:80\ntrustProxy: [10.0.0.0/8]\n${MINIMAL}`,
			'INVALID',
			/:1:9: .*publicUrl/,
			/publicUrl/,
		],
		[
			'no encryption',
			`listen: 0.0.0.0:80\npublicUrl: https://m.example.com\n${MINIMAL}`,
			'INVALID',
			/nothing encrypts/,
			/trustProxy/,
		],
		['admin in the open', `admin: 0.0.0.0:80\n${MINIMAL}`, 'INVALID', /`admin` is not on loopback/, /trustProxy/],
		[
			'anonymous with a public URL',
			`${MINIMAL}publicUrl: https://m.example.com\nidentity: { anonymous: true }`,
			'INVALID',
			/:4:24: .*`publicUrl` is set/,
			/tokens/,
		],
		['address', `listen: localhost\n${MINIMAL}`, 'INVALID', /host and port/, /./],
		['port', `listen: 127.0.0.1:99999\n${MINIMAL}`, 'INVALID', /`listen` is not host and port/, /127/],
		['short address', `listen: 127.1:80\n${MINIMAL}`, 'INVALID', /`listen` is not host and port/, /127/],
		[
			'same address',
			`listen: 127.0.0.1:80\nadmin: 127.0.0.1:80\n${MINIMAL}`,
			'INVALID',
			/same address/,
			/another port/,
		],
		[
			'literal secret',
			'servers: { a: { http: { url: "https://h/", headers: { Authorization: "Bearer abc" } } } }',
			'INVALID',
			/holds a secret in clear/,
			/env/,
		],
		[
			'credentials in the URL',
			'servers: { a: { http: { url: "https://u:p@h/" } } }',
			'INVALID',
			/credentials/,
			/headers/,
		],
		[
			'a header of ours',
			'servers: { a: { http: { url: "https://h/", headers: { Mcp-Session-Id: x } } } }',
			'INVALID',
			/writes `Mcp-Session-Id` itself/,
			/remove/,
		],
		[
			'a WebSocket URL under http',
			'servers: { a: { http: { url: "wss://h/" } } }',
			'INVALID',
			/`servers.a.http.url` must be an http or https URL/,
			/goes under `ws`/,
		],
		['an http URL under ws', 'servers: { a: { ws: { url: "http://h/" } } }', 'INVALID', /a ws or wss URL/, /`sse`/],
		['a fragment', 'servers: { a: { ws: { url: "ws://h/#x" } } }', 'INVALID', /never reaches/, /remove/],
		[
			'a header of the handshake',
			'servers: { a: { ws: { url: "ws://h/", headers: { Sec-WebSocket-Protocol: x } } } }',
			'INVALID',
			/writes `Sec-WebSocket-Protocol` itself/,
			/remove/,
		],
		['secret source', `${MINIMAL}keys: { master: abc }`, 'INVALID', /must be a key source/, /./],
		['role', `${MINIMAL}identity: { roles: { approver: [oncall] } }`, 'INVALID', /`group:NAME` or `user:ID`/, /./],
		['range', `trustProxy: [10.0.0.0/99]\n${MINIMAL}`, 'INVALID', /not a CIDR range/, /10/],
		['nobody', `${MINIMAL}identity: { tokens: false }`, 'INVALID', /nobody could connect/, /./],
	];
	for (const [name, text, code, message, help] of rows) {
		const error = refusal(text);
		t.equal(error.code, `ERR_CONFIG_${code}`, name);
		t.match(error.message, message, name);
		t.match(error.message + (error.help ?? ''), help, name);
		t.notMatch(error.message, /Bearer abc|u:p@/, `${name}: no secret`);
	}
});

test('all mistakes are said at once, in the order of the file', async (t) => {
	const error = refusal(`lissen: x\n${MINIMAL}approvals: { timeout: soon }\nlimits: { depth: 0 }\n`);
	t.match(error.message, /^3 mistakes[\s\S]*:1:1: [\s\S]*:4:23: [\s\S]*:5:18: /);
});

test('reading the file', async (t) => {
	const dir = t.testdir({ 'sluice.yaml': MINIMAL });
	t.equal((await loadConfig(`${dir}/sluice.yaml`)).policy.path, `${dir}/policies`);
	await t.rejects(loadConfig(`${dir}/none.yaml`), { code: 'ERR_CONFIG_NOT_FOUND', help: /sluice init/ });
	await t.rejects(loadConfig(dir), { code: 'ERR_CONFIG_NOT_FOUND', message: /it is a folder/ });
});
