import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { packBundle, readBundle, writeBundle } from '../../../engine/policy/bundle.ts';
import { compilerIdentity, revisionOf } from '../../../engine/policy/revision.ts';
import { createRuleIndex } from '../../../engine/policy/rule-index.ts';
import { readTar, writeTar } from '../../../engine/policy/tar.ts';
import type { CompiledPolicy } from '../../../engine/policy/types.ts';

const parts = {
	modules: [{ path: 'rules/a/b/b.rego', text: 'package rules.a.b\n' }],
	data: { config: { level: 'enforce' }, __proto__x: [1, null] },
	masking: { detectors: ['secrets'], custom: '# none' },
	detectorVersion: '1',
	builtins: ['eq'],
	compiler: compilerIdentity(),
};
const policy: CompiledPolicy = {
	...parts,
	revision: revisionOf(parts),
	wasm: Buffer.from('\0asm not really'),
	rules: [
		{
			id: 'a/b',
			sets: ['deny'],
			files: ['rules/a/b/b.rego'],
			reads: ['input.tool'],
			touches: [{ tool: ['x'] }],
			uses: { code: '0a', files: ['rules/a/b/b.rego'], data: [['config', 'x']] },
			finds: false,
		},
	],
	reads: ['input.tool'],
};

const remake = (change: (files: Map<string, Buffer>) => void): Buffer => {
	const files = new Map(readTar(gunzipSync(packBundle(policy))).map(({ name, bytes }) => [name, bytes]));
	change(files);
	return gzipSync(writeTar([...files].map(([name, bytes]) => ({ name, bytes }))));
};

t.test('what is written is read back', async (t) => {
	const file = join(t.testdir(), 'b.tar.gz');
	await writeBundle(policy, file);
	t.same(await readBundle(file), { ...policy, signature: 'none' });
	t.same(await readBundle(readFileSync(file)), { ...policy, signature: 'none' });
	const listed = execFileSync('tar', ['-tPzf', file], { encoding: 'utf8' });
	t.equal(listed, '/.manifest\n/data.json\n/policy.wasm\n/rules/a/b/b.rego\n', 'tar reads it too');
});

t.test('the bytes depend on the content alone', async (t) => {
	const { data, ...rest } = policy;
	t.ok(packBundle(policy).equals(packBundle({ data: Object.fromEntries(Object.entries(data).reverse()), ...rest })));
	t.notOk(packBundle(policy).equals(packBundle({ ...policy, reads: null })));
});

t.test('its manifest is that of an OPA bundle', async (t) => {
	const manifest = JSON.parse(readTar(gunzipSync(packBundle(policy)))[0]!.bytes.toString());
	t.match(manifest, {
		revision: policy.revision,
		rego_version: 1,
		wasm: [{ entrypoint: 'sluice/main/decision', module: '/policy.wasm' }],
		metadata: { sluice: { optimization: 0 } },
	});
});

interface Touching {
	touches?: unknown;
	uses?: unknown;
}

t.test('a bundle of before rules had slots: they touch any frame', async (t) => {
	const old = remake((files) => {
		const manifest = JSON.parse(files.get('.manifest')!.toString());
		for (const rule of manifest.metadata.sluice.rules as Touching[]) delete rule.touches;
		files.set('.manifest', Buffer.from(JSON.stringify(manifest)));
	});
	const { rules } = await readBundle(old);
	t.equal(rules[0]!.touches, undefined);
	t.same(createRuleIndex(rules).groups[0]!.touches, [{}]);
});

t.test('anything else is refused', async (t) => {
	const manifest = (change: (m: { revision: string; metadata?: { sluice: Record<string, unknown> } }) => void) =>
		remake((files) => {
			const m = JSON.parse(files.get('.manifest')!.toString());
			change(m);
			files.set('.manifest', Buffer.from(JSON.stringify(m)));
		});
	const cases: [what: string, bytes: Buffer, code: string][] = [
		['no gzip', Buffer.from('x'), 'ERR_BUNDLE_DAMAGED'],
		['no tar', gzipSync(Buffer.alloc(1024, 'x')), 'ERR_BUNDLE_DAMAGED'],
		['empty', gzipSync(writeTar([])), 'ERR_BUNDLE_DAMAGED'],
		['no module', remake((f) => f.delete('policy.wasm')), 'ERR_BUNDLE_DAMAGED'],
		['no data', remake((f) => f.delete('data.json')), 'ERR_BUNDLE_DAMAGED'],
		['data is a list', remake((f) => f.set('data.json', Buffer.from('[]'))), 'ERR_BUNDLE_DAMAGED'],
		['reserved data', remake((f) => f.set('data.json', Buffer.from('{"rules":{}}'))), 'ERR_BUNDLE_DAMAGED'],
		['other data', remake((f) => f.set('data.json', Buffer.from('{}'))), 'ERR_BUNDLE_DAMAGED'],
		['another module', remake((f) => f.set('policy.wasm', Buffer.from('x'))), 'ERR_BUNDLE_DAMAGED'],
		['other Rego', remake((f) => f.set('rules/a/b/b.rego', Buffer.from('x'))), 'ERR_BUNDLE_DAMAGED'],
		['another revision', manifest((m) => Object.assign(m, { revision: 'x' })), 'ERR_BUNDLE_DAMAGED'],
		['an incomplete stamp', manifest((m) => delete m.metadata!.sluice['masking']), 'ERR_BUNDLE_DAMAGED'],
		[
			'a rule with a strange slot',
			manifest((m) => ((m.metadata!.sluice['rules'] as Touching[])[0]!.touches = ['x'])),
			'ERR_BUNDLE_DAMAGED',
		],
		[
			'a rule of nobody knows what',
			manifest(
				(m) => ((m.metadata!.sluice['rules'] as Touching[])[0]!.uses = { code: 'x', files: [], data: ['config'] }),
			),
			'ERR_BUNDLE_DAMAGED',
		],
		['made by opa build', manifest((m) => delete m.metadata), 'ERR_BUNDLE_FOREIGN'],
		['optimised', manifest((m) => Object.assign(m.metadata!.sluice, { optimization: 1 })), 'ERR_BUNDLE_FOREIGN'],
		['newer', manifest((m) => Object.assign(m.metadata!.sluice, { format: 2 })), 'ERR_BUNDLE_NEWER'],
		['too large', gzipSync(Buffer.alloc(257 * 1024 * 1024)), 'ERR_BUNDLE_DAMAGED'],
	];
	for (const [what, bytes, code] of cases) await t.rejects(readBundle(bytes), { code }, what);
	await t.rejects(readBundle('/nowhere/b.tar.gz'), { code: 'ERR_BUNDLE_READ', message: /nowhere/ });
});

t.test('archives: names that leave, files twice, links, damage', async (t) => {
	const bytes = Buffer.from('x');
	for (const name of ['../x', 'a/../../x', 'a/..', './../x', 'C:/x', 'a\\b', 'a//b']) {
		t.throws(() => readTar(writeTar([{ name, bytes }])), /leaves the archive/, name);
	}
	t.throws(
		() =>
			readTar(
				writeTar([
					{ name: 'x', bytes },
					{ name: '/x', bytes },
				]),
			),
		/twice/,
	);
	t.throws(() => readTar(writeTar([{ name: 'x', bytes: Buffer.alloc(600) }]).subarray(0, 700)), /middle/);
	const damaged = writeTar([{ name: 'x', bytes }]);
	damaged[0]! ^= 1;
	t.throws(() => readTar(damaged), /checksum/);
	const dir = t.testdir({ a: { 'f.txt': 'hello' } });
	execFileSync('ln', ['-s', 'f.txt', 'link'], { cwd: join(dir, 'a') });
	execFileSync('tar', ['-cf', '../linked.tar', '.'], { cwd: join(dir, 'a') });
	t.throws(() => readTar(readFileSync(join(dir, 'linked.tar'))), /neither a file nor a folder/);
	execFileSync('tar', ['-cf', 'plain.tar', 'a/f.txt'], { cwd: dir });
	t.same(readTar(readFileSync(join(dir, 'plain.tar'))), [{ name: 'a/f.txt', bytes: Buffer.from('hello') }]);
});

t.test('any files come back as they were', async (t) => {
	const name = fc.array(fc.stringMatching(/^[a-zé_-]{1,40}$/), { minLength: 1, maxLength: 5 }).map((p) => p.join('/'));
	const files = fc.uniqueArray(
		fc.record({ name, bytes: fc.uint8Array({ maxLength: 1200 }).map((b) => Buffer.from(b)) }),
		{
			selector: (f) => f.name,
			maxLength: 6,
		},
	);
	fc.assert(
		fc.property(files, (list) => {
			t.same(readTar(writeTar(list)), list);
		}),
		{ numRuns: 100 },
	);
	const long = `${'d'.repeat(120)}/${'f'.repeat(90)}.rego`;
	const dir = t.testdir();
	writeFileSync(join(dir, 'l.tar'), writeTar([{ name: long, bytes: Buffer.from('x') }]));
	t.equal(execFileSync('tar', ['-tf', 'l.tar'], { cwd: dir, encoding: 'utf8' }), `${long}\n`);
	t.throws(() => writeTar([{ name: 'f'.repeat(101), bytes: Buffer.alloc(0) }]), RangeError);
});
