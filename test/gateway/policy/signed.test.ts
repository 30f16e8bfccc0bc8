import { generateKeyPairSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { createDetector } from '../../../engine/detect/detector.ts';
import { packBundle } from '../../../engine/policy/bundle.ts';
import { compilePolicy } from '../../../engine/policy/compile.ts';
import { signingKey } from '../../../engine/policy/signing/keys.ts';
import { systemClock } from '../../../gateway/clock.ts';
import { parseConfig } from '../../../gateway/config/load.ts';
import { openHouse } from '../../../gateway/house.ts';
import { CACHE, COLD, openTestCompiler, sourceOf } from '../../engine/policy/compiler-for-tests.ts';

const compiler = openTestCompiler();
const pair = generateKeyPairSync('ed25519');
const PUBLIC = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const key = signingKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'key.pem');
const stranger = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

const compiled = (tool: string) => {
	const rego = `# METADATA\n# title: T\npackage rules.a.b\n\ndeny contains "x" if input.tool.name == "${tool}"\n`;
	const masking = { detectors: ['secrets', 'pii'] };
	return compilePolicy(sourceOf({ 'rules/a/b/b.rego': rego }), masking, createDetector(masking).version, compiler);
};

async function place(t: Test, policy: string, more = '') {
	const dir = t.testdir({ 'bundle.pub': PUBLIC, p: { 'b.rego': 'package rules.a.b\n\ndeny contains "x" if true\n' } });
	const yaml = `dataDir: ./data\nservers: { s: { stdio: { command: none } } }\npolicy: { path: ${policy}, verifyKey: ./bundle.pub${more} }\n`;
	const config = parseConfig(yaml, join(dir, 'sluice.yaml'));
	const file = join(dir, 'bundle.tar.gz');
	const env = { ...process.env, SLUICE_CACHE: CACHE };
	const open = async () => {
		const house = await openHouse({ config, env, clock: systemClock, servers: new Map(), progress: () => {} });
		t.teardown(async () => {
			await house.sessions.close();
			await house.close();
		});
		return house;
	};
	return { dir, file, open };
}

test('with a key only what is signed with it comes into force', { timeout: COLD }, async (t) => {
	const { file, open } = await place(t, './bundle.tar.gz');
	const [one, two] = await Promise.all([compiled('one'), compiled('two')]);
	writeFileSync(file, packBundle(one));
	await t.rejects(open(), { code: 'ERR_BUNDLE_SIGNATURE_MISSING' });
	writeFileSync(file, packBundle(one, { key: signingKey(stranger, 's') }));
	await t.rejects(open(), { code: 'ERR_BUNDLE_SIGNATURE_WRONG' });
	writeFileSync(file, packBundle(one, { key }));
	const house = await open();
	t.match(house.policies.status(), { revision: one.revision, signature: 'verified' });
	t.equal((await house.keeper.policyOfRevision(one.revision))?.revision, one.revision);

	writeFileSync(file, packBundle(two));
	t.match(await house.policies.reload({ force: true }), { outcome: 'failed', message: /it has none/ });
	t.equal(house.keeper.current().revision, one.revision);
	writeFileSync(file, packBundle(two, { key }));
	t.match(await house.policies.reload({ force: true }), { outcome: 'loaded', revision: two.revision });
	t.equal((await house.keeper.policyOfRevision(one.revision))?.revision, one.revision, 'the store has the old one');
});

test('a folder, a missing key and a candidate that is not signed', { timeout: COLD }, async (t) => {
	const folder = await place(t, './p');
	await t.rejects(folder.open(), { code: 'ERR_POLICY_UNSIGNED', help: /--sign/ });
	rmSync(join(folder.dir, 'bundle.pub'));
	await t.rejects(folder.open(), { code: 'ERR_VERIFY_KEY' });

	const { dir, file, open } = await place(t, './bundle.tar.gz', ', candidate: ./next.tar.gz');
	const [one, next] = await Promise.all([compiled('one'), compiled('next')]);
	writeFileSync(file, packBundle(one, { key }));
	writeFileSync(join(dir, 'next.tar.gz'), packBundle(next));
	const house = await open();
	t.match(house.policies.status(), { revision: one.revision, candidate: { problem: { message: /it has none/ } } });
	writeFileSync(join(dir, 'next.tar.gz'), packBundle(next, { key }));
	t.match(await house.policies.reload({ force: true }), { outcome: 'unchanged' });
	t.match(house.policies.status(), { candidate: { revision: next.revision } });
	t.notOk(house.policies.status().candidate?.problem);
});

test('the compiler ends', async () => {
	await compiler.close();
});
