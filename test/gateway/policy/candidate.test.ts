import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { SluiceError } from '../../../engine/error.ts';
import type { Policy } from '../../../engine/policy/load.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';
import type { CompiledPolicy, PolicySource } from '../../../engine/policy/types.ts';
import { CandidateKeeper } from '../../../gateway/policy/candidate.ts';
import { policyOrigin } from '../../../gateway/policy/origin.ts';
import { type Happenings, subscribe } from '../../../gateway/telemetry/channels.ts';
import { ManualClock } from '../../fixtures/house.ts';

/** A compiler that fails on the word `broken`; the revision is the text. */
async function compile({ modules }: PolicySource): Promise<CompiledPolicy> {
	const text = modules.map((module) => module.text).join('');
	if (text.includes('broken')) throw new SluiceError('ERR_POLICY_REFUSED', 'it is broken');
	return { revision: text, modules, data: {}, rules: [] } as unknown as CompiledPolicy;
}

async function setUp(t: Test, text: string | undefined) {
	const folder = join(t.testdir(), 'next');
	const write = (what: string) => {
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, 'a.rego'), `package rules.a.b\n# ${what}`);
	};
	if (text !== undefined) write(text);
	const said: Happenings['candidatePolicy'][] = [];
	t.teardown(subscribe('candidatePolicy', (message) => said.push(message)));
	const kept: string[] = [];
	const keeper = await CandidateKeeper.start({
		origin: policyOrigin(folder, [], { readSource: readPolicySource, compile, unpack: () => Promise.reject() }),
		revisions: { get: async () => undefined, put: async (revision) => void kept.push(revision) },
		bundle: { pack: () => Buffer.alloc(0), unpack: () => Promise.reject() },
		load: (compiled) => ({ revision: compiled.revision, compiled }) as unknown as Policy,
		warmUp: ({ revision }) => {
			if (revision.includes('cold')) throw new SluiceError('ERR_POLICY_WARM_UP', 'it cannot judge');
		},
		clock: new ManualClock(),
	});
	t.teardown(() => keeper.close());
	return { folder, write, said, kept, keeper };
}

test('one that is good is kept and judged with', async (t) => {
	const { keeper, kept, said, folder } = await setUp(t, 'good');
	t.match(keeper.current()?.revision, /good/);
	t.equal(kept.length, 1);
	t.match(said, [{ ok: true, revision: /good/ }]);
	t.match(keeper.status(), { origin: folder, revision: /good/, since: 1_760_000_000_000_000_000n });
	t.notOk(keeper.status().problem);
});

test('what is wrong with one stops nothing, and it is taken when mended', async (t) => {
	const { keeper, write, said, folder } = await setUp(t, undefined);
	t.equal(keeper.current(), undefined, 'not even there');
	t.match(keeper.status(), { problem: { message: /there is no policy folder/ } });
	write('broken');
	await keeper.reload();
	t.match(keeper.status(), { problem: { message: 'it is broken' } });
	write('cold');
	await keeper.reload();
	t.match(keeper.status(), { problem: { message: 'it cannot judge' } });
	t.equal(keeper.current(), undefined);
	write('good');
	await keeper.reload();
	t.match(keeper.current()?.revision, /good/);
	t.notOk(keeper.status().problem);
	rmSync(folder, { recursive: true });
	await keeper.reload();
	t.match(keeper.current()?.revision, /good/, 'the one before stays');
	t.match(keeper.status(), { revision: /good/, problem: { message: /no policy folder/ } });
	t.same(
		said.map(({ ok }) => ok),
		[false, false, false, true, false],
	);
});

test('one that fails again and again is set aside until its files change', async (t) => {
	const { keeper, write, said } = await setUp(t, 'good');
	for (let i = 0; i < 15; i++) keeper.judged(true);
	keeper.judged(false);
	for (let i = 0; i < 15; i++) keeper.judged(true);
	t.ok(keeper.current());
	keeper.judged(true);
	t.equal(keeper.current(), undefined);
	t.match(said.at(-1), { ok: false, message: /16 frames in a row/ });
	await keeper.reload();
	t.equal(keeper.current(), undefined, 'the same files are the same policy');
	write('better');
	await keeper.reload();
	t.match(keeper.current()?.revision, /better/);
	for (let i = 0; i < 15; i++) keeper.judged(true);
	t.ok(keeper.current(), 'counted anew');
});
