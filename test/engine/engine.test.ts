import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, type Judged } from 'sluice/engine';
import t from 'tap';
import { packBundle } from '../../engine/policy/bundle.ts';
import { compileFolder } from '../../engine/policy/compile-folder.ts';
import { loadPolicy } from '../../engine/policy/load.ts';
import { signingKey } from '../../engine/policy/signing/keys.ts';
import type { RecordingHeader } from '../../engine/recording/lines.ts';
import { replay } from '../../engine/replay.ts';
import { call, request, result } from '../fixtures/frames.ts';
import { CACHE, COLD } from './policy/compiler-for-tests.ts';

t.setTimeout(COLD);

const REGO = `package rules.test.all

deny contains "closed" if input.tool.name == "exec"

deny contains "too often" if input.session.calls.total > 2

deny contains $"it is for {input.principal.id}" if input.tool.name == "whose"

mask contains {"message": "hidden", "path": "$.params.arguments.password", "op": "hash"} if input.method == "tools/call"

hold contains "ask" if {
	input.kind == "request"
	input.tool.name == "ask"
}

hold contains $"after {count(input.session.labels)}" if {
	input.kind == "request"
	input.tool.name == "later"
}

label contains "seen" if input.tool.name == "mark"

warn contains "twice" if {
	input.tool.name == "later"
	"seen" in input.session.labels
}

warn contains $"{input.kind} of {input.params.name}" if input.from == "server"
`;

const folder = t.testdir({ rules: { test: { all: { 'all.rego': REGO } } } });
const compiled = await compileFolder(folder, { env: process.env, cacheDir: CACHE });
const STARTED = 1_760_000_000_000_000_000n;
const about = { id: 's', startedNs: STARTED, server: 'files' } as const;
const bytesOf = (json: unknown) => Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
const engine = new Engine(compiled, { hashKey: Buffer.alloc(32, 1) });

function talk(session = engine.session(about)) {
	let t = 0;
	const say = (from: 'client' | 'server', json: unknown, more: object = {}): Judged => {
		t += 1000;
		return session.frame({ from, bytes: bytesOf(json), t, ...more });
	};
	return { session, say };
}

t.test('a frame is judged, and what is delivered is what came but for its masks', async (t) => {
	const { say } = talk();
	const plain = bytesOf('{ "jsonrpc":"2.0", "id":1, "method":"tools/call", "params":{"name":"x"} }');
	const allowed = say('client', plain.toString());
	t.match(allowed, { verdict: 'allow', seq: 1, reasons: [], revision: engine.revision });
	t.ok(allowed.delivered?.equals(plain));
	t.match(say('server', result(1, {})), { verdict: 'allow', reasons: [{ message: 'result of x' }], seq: 2 });
	const denied = say('client', call(2, 'exec'));
	t.match(denied, { verdict: 'deny', delivered: null, reasons: [{ rule: 'test/all', message: 'closed' }] });
	t.notOk(denied.refused);
	const masked = say('client', call(3, 'x', { password: 'hunter22', other: 1 }));
	t.equal(masked.verdict, 'mask');
	const { password, other } = JSON.parse(masked.delivered!.toString()).params.arguments;
	t.match(password, /^\[masked:path:[0-9a-f]{8}\]$/);
	t.equal(other, 1);
});

t.test('the facts follow from the frames', async (t) => {
	const { say } = talk();
	for (let id = 1; id <= 3; id++) t.equal(say('client', call(id, 'x')).verdict, 'allow');
	t.match(say('client', call(4, 'x')), { verdict: 'deny', reasons: [{ message: 'too often' }] });
	const whose = talk().say('client', call(1, 'whose'));
	t.match(whose.reasons, [{ message: 'it is for anonymous' }]);
	const principal = { id: 'ada', kind: 'agent', issuer: 'test' } as const;
	t.match(talk().say('client', call(1, 'whose'), { principal }).reasons, [{ message: 'it is for ada' }]);
});

t.test('what is held is judged again at its release', async (t) => {
	const { session, say } = talk();
	const held = say('client', call(1, 'ask', { password: 'p' }));
	t.match(held, { verdict: 'hold', delivered: null, hold: { demands: [{ message: 'ask' }] } });
	t.match(say('server', result(1, {})), { code: 'ERR_ANSWER_UNASKED' }, 'it is not on its way');
	const released = session.release(held, { t: 5000 });
	t.equal(released.verdict, 'hold');
	t.match(released.delivered?.toString(), /masked:path/);
	t.match(say('server', result(1, {})), { verdict: 'allow' }, 'now it may be answered');
	t.throws(() => session.release(held, { t: 6000 }), TypeError);
	t.throws(() => session.release(say('client', request(9, 'ping')), { t: 6000 }), TypeError);
});

t.test('a release that asks for what nobody approved is a deny', async (t) => {
	const { session, say } = talk();
	const held = say('client', call(1, 'later'));
	t.match(held.hold?.demands, [{ message: 'after 0' }]);
	say('client', call(2, 'mark'));
	const released = session.release(held, { t: 9000 });
	t.match(released, { verdict: 'deny', code: 'ERR_HOLD_CHANGED', delivered: null });
	t.match(say('server', result(1, {})), { code: 'ERR_ANSWER_UNASKED' });
});

t.test('nothing in a frame makes it throw', async (t) => {
	const { session, say } = talk(new Engine(compiled, { inFlight: 2, inputLimit: 3000 }).session(about));
	const refused: Record<string, string> = {
		ERR_FRAME_JSON: '{"jsonrpc":',
		ERR_FRAME_UTF8: '',
		ERR_FRAME_DUPLICATE_KEY: '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}',
		ERR_FRAME_ENVELOPE: '"x"',
		ERR_FRAME_BATCH: '[]',
		ERR_ANSWER_UNASKED: '{"jsonrpc":"2.0","id":1,"result":{}}',
	};
	for (const [code, text] of Object.entries(refused)) {
		const bytes = code === 'ERR_FRAME_UTF8' ? Buffer.from([0x22, 0xff, 0x22]) : Buffer.from(text);
		const judged = session.frame({ from: 'client', bytes, t: 0 });
		t.match(judged, { verdict: 'deny', code, delivered: null, refused: { code }, reasons: [] }, code);
	}
	t.match(say('client', call(1, 'x', { text: 'x'.repeat(5000) })), { code: 'ERR_EVALUATION_INPUT_SIZE' });
	const first = say('client', request(1, 'ping'));
	say('client', request(2, 'ping'));
	t.match(say('client', request(3, 'ping')), { code: 'ERR_LIMIT_IN_FLIGHT', refused: {} });
	session.forget(first.seq);
	t.match(say('client', request(3, 'ping')), { verdict: 'allow' });
	for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53]) {
		t.throws(() => session.frame({ from: 'client', bytes: bytesOf('{}'), t: wrong }), RangeError);
	}
});

t.test('the bytes are copied: the memory may be used again while a frame is held', async (t) => {
	const { session, say } = talk();
	const [plain, asking] = [bytesOf(call(1, 'x')), bytesOf(call(2, 'ask', { password: 'p' }))];
	session.frame({ from: 'client', bytes: plain, t: 0 });
	const held = session.frame({ from: 'client', bytes: asking, t: 0 });
	for (const bytes of [plain, asking]) bytes.fill(0x20);
	t.match(say('server', result(1, {})).reasons, [{ message: 'result of x' }]);
	t.match(session.release(held, { t: 1 }).delivered?.toString(), /"name":"ask","arguments":\{"password":"\[masked/);
});

t.test('replay of the same frames says the same: there is one path to a verdict', async (t) => {
	const { say } = talk();
	const said = [
		['client', call(1, 'mark', { password: 'secret' })],
		['server', result(1, { content: [] })],
		['client', call(2, 'exec')],
		['client', call(3, 'later')],
		['server', result(7, {})],
		['client', '{"jsonrpc":"1.0"}'],
		['client', call(4, 'x')],
	] as const;
	const judged = said.map(([from, json]) => say(from, json));
	const header: RecordingHeader = {
		version: 1,
		id: 's',
		started_ns: STARTED,
		server: { name: 'files', labels: [], transport: 'stdio' },
		transport: { kind: 'stdio', remote: '' },
		principal: { id: 'anonymous', kind: 'anonymous', issuer: 'sluice', groups: [], scopes: [], claims: {} },
	};
	const lines = said.map(([from, json], i) => ({
		...{ type: 'frame' as const, seq: i + 1, t: (i + 1) * 1000, from, bytes: bytesOf(json) },
		verdict: judged[i]!.verdict,
	}));
	let i = 0;
	for await (const again of replay(header, lines, loadPolicy(compiled), { hashKey: Buffer.alloc(32, 1) })) {
		const { seq: _, delivered, refused, ...judgement } = judged[i++]!;
		if (refused !== undefined) {
			t.equal(again.judgement, undefined);
			continue;
		}
		t.strictSame(again.judgement, judgement);
		if (judgement.verdict !== 'hold') t.strictSame(again.delivered, delivered);
	}
	t.equal(i, said.length);
});

t.test('an input document is decided on, as text or as an object', async (t) => {
	const document = { version: 1, from: 'client', kind: 'request', method: 'tools/call', tool: { name: 'exec' } };
	const denied = engine.decide(document);
	t.match(denied, { verdict: 'deny', reasons: [{ message: 'closed' }], revision: engine.revision });
	t.strictSame(engine.decide(JSON.stringify(document)), denied);
	t.strictSame(engine.decide(bytesOf(document)), denied);
	t.match(engine.decide({}), { verdict: 'allow' });
	t.match(engine.decide({ tool: { name: '\ud800' } }), { verdict: 'deny', code: /^ERR_EVALUATION_/ });
	const cyclic: { self?: object } = {};
	cyclic.self = cyclic;
	for (const wrong of ['', '[]', '{"a":', 'null', Buffer.from([0xff]), [], cyclic, { n: 1n }]) {
		t.throws(() => engine.decide(wrong, 'this'), { code: 'ERR_INPUT', message: /^this / });
	}
});

t.test('a bundle is loaded from a file or its bytes, signed if a key is given', async (t) => {
	const { privateKey, publicKey } = generateKeyPairSync('ed25519');
	const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
	const key = signingKey(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'k');
	const plain = packBundle(compiled);
	const signed = packBundle(compiled, { key });
	const file = join(t.testdir(), 'bundle.tar.gz');
	writeFileSync(file, plain);
	const loaded = await Engine.load(file);
	t.equal(loaded.revision, engine.revision);
	t.strictSame(
		loaded.rules.map(({ id }) => id),
		['test/all'],
	);
	t.match((await Engine.load(new Uint8Array(plain))).decide({ tool: { name: 'exec' } }), { verdict: 'deny' });
	t.match((await Engine.load(signed, { key: pem })).decide({}), { verdict: 'allow' });
	await t.rejects(Engine.load(plain, { key: pem }), { code: 'ERR_BUNDLE_SIGNATURE_MISSING' });
	await t.rejects(Engine.load(signed), { code: 'ERR_BUNDLE_SIGNATURE_UNCHECKED' });
	await t.rejects(Engine.load(join(t.testdir(), 'none')), { code: 'ERR_BUNDLE_READ' });
	await t.rejects(Engine.load(plain, { key: 'x' }), { code: 'ERR_VERIFY_KEY' });
});

t.test('a folder is compiled; limits are those that were given', async (t) => {
	const options = { env: process.env, cacheDir: CACHE };
	t.equal((await Engine.compile(folder, options)).revision, engine.revision);
	await t.rejects(Engine.compile(join(folder, 'none'), options), { code: 'ERR_POLICY_MISSING' });
	const tight = new Engine(compiled, { evaluation: { fuel: 10 } });
	t.match(tight.decide({ tool: { name: 'exec' } }), { verdict: 'deny', code: 'ERR_EVALUATION_FUEL' });
	t.throws(() => tight.warmUp(), { code: 'ERR_POLICY_WARM_UP' });
	t.throws(() => new Engine(compiled, { hashKey: Buffer.alloc(31) }), RangeError);
	engine.close();
	t.match(engine.decide({ tool: { name: 'exec' } }), { verdict: 'deny' }, 'closed: it is made anew');
});
