import { mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { SluiceError } from '../../../engine/error.ts';
import type { Policy } from '../../../engine/policy/load.ts';
import { PolicyError } from '../../../engine/policy/policy-error.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';
import type { CompiledPolicy, PolicySource } from '../../../engine/policy/types.ts';
import type { Clock } from '../../../gateway/clock.ts';
import { PolicyKeeper } from '../../../gateway/policy/keeper.ts';
import { policyOrigin } from '../../../gateway/policy/origin.ts';
import { type Happenings, subscribe } from '../../../gateway/telemetry/channels.ts';

/** Time stands still between steps; a step runs what is due and waits until the watch has set its next timer. */
class FakeClock implements Clock {
	ns = 1_760_000_000_000_000_000n;
	#timer: { at: bigint; fn: () => void } | undefined;
	#armed: (() => void) | undefined;

	now() {
		return this.ns;
	}

	after(ms: number, fn: () => void) {
		this.#timer = { at: this.ns + BigInt(ms) * 1_000_000n, fn };
		this.#armed?.();
		return () => {
			this.#timer = undefined;
		};
	}

	async polls(times: number) {
		for (let i = 0; i < times; i++) {
			const timer = this.#timer;
			if (timer === undefined) throw new Error('nothing is polled');
			this.ns = timer.at;
			const armed = new Promise<void>((resolve) => {
				this.#armed = resolve;
			});
			timer.fn();
			await armed;
		}
	}
}

/** Polls from a change until it is taken: one that notices, two of quiet and a first reading, one that is equal. */
const TAKEN = 4;

/** A compiler that knows packages by name and fails on the word `broken`. */
function compile(source: PolicySource): CompiledPolicy {
	const broken = source.modules.find((module) => module.text.includes('broken'));
	if (broken !== undefined) {
		const place = { file: broken.path, row: 3, col: 1 };
		throw new PolicyError('ERR_POLICY_COMPILE', 'the policy does not compile', [
			{ code: 'rego_parse_error', level: 'error', message: 'unexpected token', place },
		]);
	}
	const text = JSON.stringify([source.modules, source.data]);
	const ids = source.modules.flatMap(
		({ text }) => /package rules\.(\w+)\.(\w+)/.exec(text)?.slice(1, 3).join('/') ?? [],
	);
	return {
		revision: `r${Buffer.from(text).toString('base64').length}-${[...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 0)}`,
		wasm: Buffer.from('wasm'),
		data: source.data,
		rules: ids.map((id) => ({ id, sets: ['deny'], files: [] })),
		reads: null,
		modules: source.modules,
		masking: { detectors: [] },
		compiler: 'fake',
		detectorVersion: '0',
		builtins: [],
	} as CompiledPolicy;
}

const load = (compiled: CompiledPolicy) =>
	({ revision: compiled.revision, rules: compiled.rules, compiled }) as unknown as Policy;

const bundle = {
	pack: (compiled: CompiledPolicy) => Buffer.from(JSON.stringify(compiled)),
	unpack: (bytes: Buffer) => JSON.parse(bytes.toString()) as CompiledPolicy,
};

class Revisions {
	readonly kept = new Map<string, Buffer>();
	gets = 0;
	fail = false;

	async put(revision: string, bytes: Buffer) {
		if (this.fail) throw new SluiceError('ERR_STORE_WRITE', 'the disk is full');
		this.kept.set(revision, bytes);
	}

	async get(revision: string) {
		this.gets++;
		return this.kept.get(revision);
	}
}

const rego = (category: string, name: string, more = '') => `package rules.${category}.${name}\n${more}`;

async function setUp(
	t: Test,
	options: {
		data?: string[];
		compile?: (source: PolicySource) => Promise<CompiledPolicy>;
		warmUp?: (policy: Policy) => void;
	} = {},
) {
	const folder = t.testdir({
		rules: {
			shell: { closed: { 'closed.rego': rego('shell', 'closed') } },
			io: { big: { 'big.rego': rego('io', 'big') } },
		},
	});
	const clock = new FakeClock();
	const revisions = new Revisions();
	const said: Happenings['policy'][] = [];
	t.teardown(subscribe('policy', (message) => said.push(message)));
	let compiles = 0;
	const origin = policyOrigin(folder, options.data ?? [], {
		readSource: readPolicySource,
		compile: async (source) => {
			compiles++;
			return (await options.compile?.(source)) ?? compile(source);
		},
		unpack: bundle.unpack,
	});
	const warmUp = options.warmUp ?? (() => {});
	const start = () => PolicyKeeper.start({ origin, revisions, bundle, load, warmUp, clock });
	const closed = join(folder, 'rules/shell/closed/closed.rego');
	const big = join(folder, 'rules/io/big/big.rego');
	return { folder, closed, big, clock, revisions, said, start, origin, compiles: () => compiles };
}

test('loads at start, and keeps the revision before it judges anything', async (t) => {
	const { start, revisions, said } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const { revision } = keeper.current();
	t.same([...revisions.kept.keys()], [revision]);
	t.same(said, [{ revision, ok: true }]);
	t.match(keeper.status(), { revision, compiler: 'fake', rules: [{ id: 'io/big' }, { id: 'shell/closed' }] });
	t.notOk(keeper.status().problem);
});

test('a start with a policy that does not compile, or cannot be kept, is an error', async (t) => {
	const { start, closed, revisions } = await setUp(t);
	revisions.fail = true;
	await t.rejects(start(), { code: 'ERR_STORE_WRITE' });
	revisions.fail = false;
	writeFileSync(closed, rego('shell', 'closed', 'broken'));
	await t.rejects(start(), { code: 'ERR_POLICY_COMPILE' });
});

test('a change is taken after a second of quiet and two equal reads', async (t) => {
	const { start, closed, clock, revisions } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	const changes: unknown[] = [];
	keeper.onChange((policy, old) => changes.push([policy, old, keeper.current() === policy]));

	writeFileSync(closed, rego('shell', 'closed', '# changed'));
	await clock.polls(TAKEN - 1);
	t.equal(keeper.current(), before, 'not yet');
	await clock.polls(1);
	const after = keeper.current();
	t.not(after.revision, before.revision);
	t.same(changes, [[after, before, true]], 'told in the step that swaps');
	t.ok(revisions.kept.has(after.revision));
	t.equal(keeper.status().since, clock.ns);
});

test('a folder that keeps changing is not taken before it is quiet', async (t) => {
	const { start, closed, clock, compiles } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	for (let i = 0; i < 6; i++) {
		writeFileSync(closed, rego('shell', 'closed', `# ${'x'.repeat(i)}`));
		await clock.polls(2);
	}
	t.equal(keeper.current(), before);
	t.equal(compiles(), 1);
	await clock.polls(TAKEN);
	t.not(keeper.current(), before);
	t.equal(compiles(), 2);
});

test('two reads that differ do not count as settled', async (t) => {
	const { start, closed, clock, origin } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	// a footprint that does not see the second change: a clock that is set back, a coarse file system
	const frozen = `${await origin.footprint()} changed`;
	origin.footprint = async () => frozen;
	writeFileSync(closed, rego('shell', 'closed', '# half'));
	await clock.polls(TAKEN - 1);
	writeFileSync(closed, rego('shell', 'closed', '# whole'));
	await clock.polls(1);
	t.equal(keeper.current(), before);
	await clock.polls(1);
	t.match(keeper.current().compiled.modules[1]?.text, '# whole');
});

test('what does not compile leaves the running one, says where, once, and again when mended', async (t) => {
	const { start, closed, clock, said, compiles } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	writeFileSync(closed, rego('shell', 'closed', 'broken'));
	await clock.polls(TAKEN * 3);
	t.equal(keeper.current(), before);
	writeFileSync(closed, rego('shell', 'closed', 'broken'));
	await clock.polls(TAKEN);
	t.equal(compiles(), 2, 'not compiled over and over');
	const message = 'rules/shell/closed/closed.rego:3:1: unexpected token';
	t.same(said.slice(1), [{ revision: before.revision, ok: false, message }]);
	t.match(keeper.status().problem, { outcome: 'failed', message });

	writeFileSync(closed, rego('shell', 'closed'));
	await clock.polls(TAKEN);
	t.equal(keeper.current(), before, 'the old text is the old policy');
	t.notOk(keeper.status().problem);
	t.same(said.slice(2), [{ revision: before.revision, ok: true }]);
});

test('one that lacks a rule package waits for an operator', async (t) => {
	const { start, big, clock, said } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	rmSync(big);
	await clock.polls(TAKEN);
	t.equal(keeper.current(), before);
	t.match(keeper.status().problem, { outcome: 'waiting', missing: ['io/big'] });
	t.match(said.at(-1), { ok: false, message: /lacks the rule package `io\/big`.*`sluice policy reload`/ });
	t.match(await keeper.reload({ force: false }), { outcome: 'waiting', missing: ['io/big'] });
	t.equal(keeper.current(), before);
	const outcome = await keeper.reload({ force: true });
	t.same(outcome, { outcome: 'loaded', revision: keeper.current().revision });
	t.same(
		keeper.current().rules.map((rule) => rule.id),
		['shell/closed'],
	);
	t.notOk(keeper.status().problem);
});

test('a reload does not wait for quiet, and changes nothing when nothing changed', async (t) => {
	const { start, closed } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	t.same(await keeper.reload({ force: true }), { outcome: 'unchanged', revision: before.revision });
	t.equal(keeper.current(), before);
	writeFileSync(closed, rego('shell', 'closed', '# changed'));
	t.equal((await keeper.reload({ force: false })).outcome, 'loaded');
	writeFileSync(closed, rego('shell', 'closed', 'broken'));
	t.match(await keeper.reload({ force: true }), { outcome: 'failed', message: /:3:1: / });
});

test('a revision that cannot be kept does not come into force', async (t) => {
	const { start, closed, revisions } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	revisions.fail = true;
	writeFileSync(closed, rego('shell', 'closed', '# changed'));
	t.match(await keeper.reload({ force: true }), { outcome: 'failed', message: 'the disk is full' });
	t.equal(keeper.current(), before);
	revisions.fail = false;
	t.equal((await keeper.reload({ force: true })).outcome, 'loaded');
});

test('one that cannot judge does not come into force, and is not kept', async (t) => {
	const warmed: [revision: string, kept: number][] = [];
	let fails = true;
	const { start, closed, revisions, said } = await setUp(t, {
		warmUp: (policy) => {
			warmed.push([policy.revision, revisions.kept.size]);
			if (fails) throw new SluiceError('ERR_POLICY_WARM_UP', 'it cannot judge', { help: 'mend it' });
		},
	});
	await t.rejects(start(), { code: 'ERR_POLICY_WARM_UP' }, 'at the start there is nothing to fall back on');
	t.equal(revisions.kept.size, 0);
	fails = false;
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	let changes = 0;
	keeper.onChange(() => changes++);
	fails = true;
	writeFileSync(closed, rego('shell', 'closed', '# changed'));
	t.same(await keeper.reload({ force: true }), {
		outcome: 'failed',
		revision: before.revision,
		message: 'it cannot judge; mend it',
	});
	t.equal(keeper.current(), before);
	t.same([changes, revisions.kept.size], [0, 1]);
	t.match(said.at(-1), { ok: false, message: /cannot judge/ });
	fails = false;
	t.equal((await keeper.reload({ force: true })).outcome, 'loaded');
	t.equal(warmed.at(-1)?.[0], keeper.current().revision);
	t.equal(warmed.at(-1)?.[1], 1, 'before it is kept, and before it is in force');
});

test('the running policy judges while the next is compiled', async (t) => {
	const compiling = Promise.withResolvers<void>();
	const finish = Promise.withResolvers<void>();
	let compiles = 0;
	const { start, closed } = await setUp(t, {
		compile: async (source) => {
			if (++compiles === 2) {
				compiling.resolve();
				await finish.promise;
			}
			return compile(source);
		},
	});
	const keeper = await start();
	t.teardown(() => keeper.close());
	const before = keeper.current();
	writeFileSync(closed, rego('shell', 'closed', '# changed'));
	const reloading = keeper.reload({ force: true });
	await compiling.promise;
	t.equal(keeper.current(), before);
	// what was read is compiled, not what stands there by now
	writeFileSync(closed, rego('shell', 'closed', 'broken'));
	finish.resolve();
	t.equal((await reloading).outcome, 'loaded');
	t.not(keeper.current(), before);
});

test('a listener that throws undoes nothing', async (t) => {
	const { start, closed } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const troubles: unknown[] = [];
	t.teardown(subscribe('trouble', (message) => troubles.push(message)));
	const told: string[] = [];
	keeper.onChange(() => {
		throw new Error('listener');
	});
	const stop = keeper.onChange((policy) => told.push(policy.revision));
	writeFileSync(closed, rego('shell', 'closed', '# changed'));
	t.equal((await keeper.reload({ force: true })).outcome, 'loaded');
	t.same(told, [keeper.current().revision]);
	t.match(troubles, [{ code: 'ERR_POLICY_LISTENER', message: 'listener' }]);
	stop();
	writeFileSync(closed, rego('shell', 'closed', '# again'));
	await keeper.reload({ force: true });
	t.equal(told.length, 1);
});

test('old revisions are found again, and loaded once', async (t) => {
	const { start, closed, revisions } = await setUp(t);
	const keeper = await start();
	t.teardown(() => keeper.close());
	const old = keeper.current().revision;
	writeFileSync(closed, rego('shell', 'closed', '# changed'));
	await keeper.reload({ force: true });
	t.equal(await keeper.policyOfRevision(keeper.current().revision), keeper.current());
	revisions.gets = 0;
	const [one, two] = await Promise.all([keeper.policyOfRevision(old), keeper.policyOfRevision(old)]);
	t.equal(one?.revision, old);
	t.equal(one, two);
	t.equal(revisions.gets, 1);
	t.equal(await keeper.policyOfRevision('nobody'), undefined);
	revisions.kept.set('nobody', revisions.kept.get(old)!);
	t.ok(await keeper.policyOfRevision('nobody'), 'not known once is not never known');
});

test('data files, replaced folders and swapped links are noticed', async (t) => {
	const side = t.testdirName;
	const data = `${side}-data.yaml`;
	writeFileSync(data, 'limit: 1\n');
	t.teardown(() => rmSync(data, { force: true }));
	const { start, folder, clock } = await setUp(t, { data: [data] });
	const keeper = await start();
	t.teardown(() => keeper.close());
	writeFileSync(data, 'limit: 2\n');
	await clock.polls(TAKEN);
	t.same(keeper.current().compiled.data, { limit: 2 });

	for (const [name, comment] of [
		['one', '# one'],
		['two', '# two'],
	] as const) {
		mkdirSync(join(folder, `.${name}`), { recursive: true });
		writeFileSync(join(folder, `.${name}`, 'x.rego'), rego('shell', 'extra', comment));
	}
	symlinkSync('.one', join(folder, 'extra'));
	await clock.polls(TAKEN);
	t.ok(keeper.current().rules.some((rule) => rule.id === 'shell/extra'));
	unlinkSync(join(folder, 'extra'));
	symlinkSync('.two', join(folder, 'extra'));
	await clock.polls(TAKEN);
	t.ok(keeper.current().compiled.modules.some((module) => module.text.includes('# two')));
});

test('a bundle needs no compiler, and does not mix with data files', async (t) => {
	const folder = t.testdir({ 'big.rego': rego('io', 'big'), 'closed.rego': rego('shell', 'closed') });
	const file = `${folder}.tar.gz`;
	t.teardown(() => rmSync(file, { force: true }));
	const make = async () => writeFileSync(file, bundle.pack(compile(await readPolicySource(folder))));
	await make();
	const tools = {
		readSource: readPolicySource,
		compile: () => Promise.reject(new Error('no compiler here')),
		unpack: bundle.unpack,
	};
	const clock = new FakeClock();
	const options = { revisions: new Revisions(), bundle, load, warmUp: () => {}, clock };
	const keeper = await PolicyKeeper.start({ ...options, origin: policyOrigin(file, [], tools) });
	t.teardown(() => keeper.close());
	const before = keeper.current();
	writeFileSync(join(folder, 'big.rego'), rego('io', 'big', '# changed'));
	await make();
	await clock.polls(TAKEN);
	t.not(keeper.current().revision, before.revision);
	await t.rejects(PolicyKeeper.start({ ...options, origin: policyOrigin(file, ['data.yaml'], tools) }), {
		code: 'ERR_POLICY_BUNDLE_DATA',
	});
});

test('after close nothing is polled or taken', async (t) => {
	const { start, closed, clock } = await setUp(t);
	const keeper = await start();
	const before = keeper.current();
	writeFileSync(closed, rego('shell', 'closed', '# changed'));
	await clock.polls(TAKEN - 1);
	await keeper.close();
	await t.rejects(clock.polls(1), /nothing is polled/);
	t.equal((await keeper.reload({ force: true })).outcome, 'unchanged');
	t.equal(keeper.current(), before);
});
