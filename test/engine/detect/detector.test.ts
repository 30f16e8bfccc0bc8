import t from 'tap';
import { createDetector } from '../../../engine/detect/detector.ts';
import { DEFAULT_LIMITS } from '../../../engine/frame/limits.ts';
import { readFrames } from '../../../engine/frame/read.ts';

const both = createDetector({ detectors: ['secrets', 'pii'] });

/** Random-looking characters that are no credential of anybody. */
const noise = 'aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cF'.repeat(4);
const github = `ghp_${noise.slice(0, 36)}`;
const jwt = [{ alg: 'HS256', typ: 'JWT' }, { sub: 'somebody' }]
	.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
	.concat(noise.slice(0, 43))
	.join('.');
const awsSecret = `${noise.slice(0, 38)}/+`;
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${noise}\n${noise}\n-----END RSA PRIVATE KEY-----`;

/** `type=text` of everything found in a text. */
function found(text: string, detector = both): readonly string[] {
	return detector.detectText(text).map(({ type, start, end }) => `${type}=${[...text].slice(start, end).join('')}`);
}

function detect(json: string, detector = both) {
	const read = readFrames(Buffer.from(json), { limits: DEFAULT_LIMITS, batches: false });
	if (!read.ok) throw new Error(read.refusal.message);
	return detector.detect(read.frames[0] as NonNullable<(typeof read.frames)[0]>);
}

t.test('what each rule finds, and that it is the value alone', async (t) => {
	const rows: readonly (readonly [text: string, ...expected: string[]])[] = [
		...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix): [string, string] => {
			const token = prefix + noise.slice(0, 36);
			return [`token: ${token}.`, `secret/github-token=${token}`];
		}),
		[
			`github_pat_${noise.slice(0, 22)}_${noise.slice(0, 59)} x`,
			`secret/github-token=github_pat_${noise.slice(0, 22)}_${noise.slice(0, 59)}`,
		],
		['id AKIAQ3EGRKD5TBN2LMXZ,', 'secret/aws-access-key=AKIAQ3EGRKD5TBN2LMXZ'],
		[`aws_secret_access_key = ${awsSecret}\n`, `secret/aws-secret-key=${awsSecret}`],
		[`AWS_SECRET_ACCESS_KEY="${awsSecret}"`, `secret/aws-secret-key=${awsSecret}`],
		[`{\\"SecretAccessKey\\": \\"${awsSecret}\\"}`, `secret/aws-secret-key=${awsSecret}`],
		[`xoxb-123456789012-${noise.slice(0, 24)}`, `secret/slack-token=xoxb-123456789012-${noise.slice(0, 24)}`],
		[`(xapp-1-A0123-${noise.slice(0, 30)})`, `secret/slack-token=xapp-1-A0123-${noise.slice(0, 30)}`],
		[`jwt=${jwt};`, `secret/jwt=${jwt}`],
		[`a\n${pem}\nb`, `secret/private-key=${pem}`],
		[pem.replaceAll('\n', '\\n'), `secret/private-key=${pem.replaceAll('\n', '\\n')}`],
		[`${pem.slice(0, 120)}\n[cut]`, `secret/private-key=${pem.slice(0, 120)}`],
		[`Authorization: Bearer ${noise.slice(0, 20)}.`, `secret/bearer=${noise.slice(0, 20)}`],
		['authorization: bearer abc123def456==', 'secret/bearer=abc123def456=='],
		['postgres://app:hunter2@db.example.com/x', 'secret/url-credential=hunter2'],
		['redis://:p%40ss@10.0.0.1:6379', 'secret/url-credential=p%40ss'],
		['card 4111 1111 1111 1111 123', 'pii/card=4111 1111 1111 1111'],
		['5555-5555-5555-4444', 'pii/card=5555-5555-5555-4444'],
		['378282246310005 and 3782 822463 10005', 'pii/card=378282246310005', 'pii/card=3782 822463 10005'],
		['Write to <jane.doe+x@mail.example.co.uk>.', 'pii/email=jane.doe+x@mail.example.co.uk'],
		['a@example.com,b@example.com', 'pii/email=a@example.com', 'pii/email=b@example.com'],
		[`😀 ü ${github} 😀 a@example.com`, `secret/github-token=${github}`, 'pii/email=a@example.com'],
		[`Bearer ${github}`, `secret/github-token=${github}`, `secret/bearer=${github}`],
	];
	for (const [text, ...expected] of rows) t.same(found(text), expected, text);
});

t.test('look-alikes', async (t) => {
	for (const text of [
		'ghp_tooshort',
		'ghx_'.padEnd(60, 'a'),
		`AKIA${'A'.repeat(17)}`,
		`xAKIAQ3EGRKD5TBN2LMXZ`,
		`sha1 ${'0123456789abcdef'.repeat(3).slice(0, 40)}`,
		`secret_key = ${'a'.repeat(40)}`,
		'xoxb-not-a-token-at-all',
		`eyJ${noise}.${noise}.${noise}`,
		'eyJhbGciOiJIUzI1NiJ9',
		'-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----',
		'Bearer authentication is required',
		'the bearer of this letter',
		'https://example.com/a:b@c',
		`postgres://app:\${PASSWORD}@db/x`,
		'postgres://app:****@db/x',
		'https://user@example.com',
		'4111 1111 1111 1112',
		'1234567890123456',
		'41111111111111110000000000',
		'4111111111111111a',
		'0.4111111111111111',
		'icon@2x.png',
		'pkg@1.2.3',
		'git@example.com:team/repo.git',
		'@example.com',
		'a@b',
		'a@b..com',
	]) {
		t.same(found(text), [], text);
	}
});

t.test('leaves and keys of the whole message, escapes decoded', async (t) => {
	const hidden = `\\u0067hp_${github.slice(4)}`;
	const json = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"q","arguments":{"a/b~":["é ${hidden}"],"${github}":1},"card":4111111111111111},"x":"a@example.com"}`;
	t.same(detect(json), [
		{ type: 'secret/github-token', pointer: '/params/arguments/a~1b~0/0', start: 2, end: 42 },
		{ type: 'secret/github-token', pointer: `/params/arguments/${github}`, start: 0, end: 40, key: true },
		{ type: 'pii/card', pointer: '/params/card', start: 0, end: 16 },
		{ type: 'pii/email', pointer: '/x', start: 0, end: 13 },
	]);
	t.match(detect(`{"jsonrpc":"2.0","id":1,"result":"${hidden}"}`), [{ type: 'secret/github-token', start: 0 }]);
	t.match(detect(`{"jsonrpc":"2.0","id":"${github}","method":"ping"}`), [{ pointer: '/id' }]);
	t.match(detect('{"jsonrpc":"2.0","id":1,"result":"postgres:\\/\\/u:hunter2@h"}'), [
		{ type: 'secret/url-credential', start: 13, end: 20 },
	]);
});

t.test('a key gives its value away', async (t) => {
	const result = (key: string) => detect(`{"jsonrpc":"2.0","id":1,"result":{"${key}":"${awsSecret}"}}`);
	t.match(result('SecretAccessKey'), [
		{ type: 'secret/aws-secret-key', pointer: '/result/SecretAccessKey', start: 0, end: 40 },
	]);
	t.match(result('aws_secret_access_key'), [{ type: 'secret/aws-secret-key' }]);
	t.same(result('digest'), []);
});

t.test('half a surrogate pair counts as one, a pair as one', async (t) => {
	const json = `{"jsonrpc":"2.0","id":1,"result":"\\ud800 \\ud83d\\ude00 ${github}"}`;
	t.match(detect(json), [{ start: 4, end: 44 }]);
});

t.test('sets, types and version', async (t) => {
	const secrets = createDetector({ detectors: ['secrets'] });
	t.same(found(`${github} a@example.com 4111111111111111`, secrets), [`secret/github-token=${github}`]);
	t.same(createDetector({ detectors: ['pii'] }).types, ['pii/card', 'pii/email']);
	t.ok(secrets.types.includes('secret/bearer'));
	t.same(found(github, createDetector({ detectors: [] })), []);
	const versions = [['secrets'], ['pii'], ['pii', 'secrets'], []].map(
		(detectors) => createDetector({ detectors }).version,
	);
	t.equal(new Set(versions).size, 4);
	t.equal(both.version, versions[2]);
	t.throws(() => createDetector({ detectors: ['secret'] }), { code: 'ERR_DETECTORS_SET' });
});

t.test('hostile texts cost no more than their length', async (t) => {
	// Each of these makes a rule that looks at a run of characters once for each literal in it take minutes.
	for (const piece of [
		'ghp_',
		'github_pat_',
		'eyJ',
		'eyJ-',
		'eyJ.',
		'xoxb-',
		'xoxb.',
		'AKIA',
		'://',
		'://a:',
		'bearer ',
		'Bearer a',
		'-----BEGIN PRIVATE KEY-----',
		'@',
		'a@',
		'a@b.co@',
		'1 ',
		'1111-',
		'secret_key',
		'a@b.co',
	]) {
		const size = piece === 'github_pat_' ? 3_000_000 : 300_000;
		const text = piece.repeat(Math.ceil(size / piece.length));
		t.type(both.detectText(text).length, 'number', piece);
	}
});
