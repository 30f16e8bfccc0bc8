import { createHash, createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { packBundle, readBundle } from '../../../engine/policy/bundle.ts';
import { compilerIdentity, revisionOf } from '../../../engine/policy/revision.ts';
import { fileHash } from '../../../engine/policy/signing/file-hash.ts';
import { signingKey, verifyKey } from '../../../engine/policy/signing/keys.ts';
import { SIGNATURES, signFiles } from '../../../engine/policy/signing/sign.ts';
import { verifyFiles } from '../../../engine/policy/signing/verify.ts';
import { readTar, writeTar } from '../../../engine/policy/tar.ts';
import type { CompiledPolicy } from '../../../engine/policy/types.ts';
import opa from '../../fixtures/opa-signatures.json' with { type: 'json' };

const parts = {
	modules: [{ path: 'rules/a/b/b.rego', text: 'package rules.a.b\n' }],
	data: { config: { level: 'enforce' }, '\u{1f600}': 1, '\uffee': '<\u2028>' },
	masking: { detectors: ['secrets'] },
	detectorVersion: '1',
	builtins: ['eq'],
	compiler: compilerIdentity(),
};
const policy: CompiledPolicy = {
	...parts,
	revision: revisionOf(parts),
	wasm: Buffer.from('\0asm not really'),
	rules: [{ id: 'a/b', sets: ['deny'], files: ['rules/a/b/b.rego'], reads: [] }],
	reads: [],
};

const pems = ({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }) => ({
	private: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
	public: publicKey.export({ type: 'spki', format: 'pem' }) as string,
});
const ours = pems(generateKeyPairSync('ed25519'));
const theirs = pems(generateKeyPairSync('ed25519'));
const rsa = pems(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const signer = (pem: string) => ({ key: signingKey(pem, 'key.pem') });
const KEY = verifyKey(ours.public, 'key.pub');

const opaFiles = () => new Map(Object.entries(opa.files).map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')]));
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

t.test('files are hashed as OPA hashes them', async (t) => {
	for (const { name, hash, algorithm } of payloadOf(opa.signatures.RS256.signatures[0]!).files) {
		t.equal(fileHash(name, opaFiles().get(name)!, algorithm), hash, name);
	}
	t.equal(
		fileHash('data.json', Buffer.from(' {"b" :1,"a":[ ]} ')),
		fileHash('x/data.json', Buffer.from('{"a":[],"b":1}')),
	);
	t.not(fileHash('data.json', Buffer.from('{"a":1}')), fileHash('data.json', Buffer.from('{"a":1.0}')), 'as written');
	t.equal(fileHash('d.json', Buffer.from('{ }')), createHash('sha256').update('{ }').digest('hex'));
	t.throws(() => fileHash('data.json', Buffer.from('{"a":1,"a":2}')), RangeError, 'which of the two?');
	t.throws(() => fileHash('a/data.yaml', Buffer.from('a: 1')), RangeError);
});

t.test('what OPA signed verifies, under its own key and algorithm alone', async (t) => {
	const algorithms = Object.keys(opa.signatures) as (keyof typeof opa.signatures)[];
	t.equal(algorithms.length, 10);
	for (const name of algorithms) {
		const files = opaFiles().set(SIGNATURES, Buffer.from(JSON.stringify(opa.signatures[name])));
		for (const other of algorithms) {
			const verify = () => verifyFiles('b', files, verifyKey(opa.keys[other], 'key.pub'));
			if (opa.keys[other] === opa.keys[name]) t.doesNotThrow(verify, `${name} under the key of ${other}`);
			else t.throws(verify, { code: 'ERR_BUNDLE_SIGNATURE_ALGORITHM' }, `${name} under the key of ${other}`);
		}
	}
	const files = opaFiles().set(SIGNATURES, Buffer.from(JSON.stringify(opa.signatures.RS256)));
	t.doesNotThrow(
		() => verifyFiles('b', files, verifyKey(opa.certificate, 'cert.pem')),
		'a certificate that has expired',
	);
	files.set(SIGNATURES, Buffer.from(JSON.stringify(opa.scoped)));
	t.throws(() => verifyFiles('b', files, verifyKey(opa.certificate, 'c')), { code: 'ERR_BUNDLE_SIGNATURE_SCOPE' });
});

t.test('what we sign says of files what OPA says, and nothing else unless it is given', async (t) => {
	const files = [...opaFiles()].map(([name, bytes]) => ({ name, bytes }));
	const token = (more: object = {}) => {
		const { name, bytes } = signFiles(files.toReversed(), { ...signer(rsa.private), ...more });
		t.equal(name, '.signatures.json');
		const [only, ...others] = JSON.parse(bytes.toString()).signatures;
		t.same(others, []);
		return only as string;
	};
	t.same(payloadOf(token()), { files: payloadOf(opa.signatures.RS256.signatures[0]!).files, keyid: 'default' });
	t.same(JSON.parse(Buffer.from(token().split('.')[0]!, 'base64url').toString()), { alg: 'RS256', kid: 'default' });
	t.match(payloadOf(token({ keyId: 'k', scope: 's', iss: 'i', iat: 1 })), { keyid: 'k', scope: 's', iss: 'i', iat: 1 });
	t.equal(token(), token(), 'the same each time');
});

t.test('every kind of key signs, and its public half verifies', async (t) => {
	const pairs = {
		RS256: rsa,
		EdDSA: ours,
		...Object.fromEntries(
			[256, 384, 521].map((bits) => [
				`ES${bits === 521 ? 512 : bits}`,
				pems(generateKeyPairSync('ec', { namedCurve: `P-${bits}` })),
			]),
		),
	};
	for (const [algorithm, pair] of Object.entries(pairs)) {
		const key = signingKey(pair.private, 'key.pem');
		t.equal(key.algorithm, algorithm);
		const read = await readBundle(packBundle(policy, { key }), verifyKey(pair.public, 'key.pub'));
		t.same(read, { ...policy, signature: 'verified' }, algorithm);
	}
});

t.test('a signature and a key go together', async (t) => {
	const signed = packBundle(policy, signer(ours.private));
	await t.rejects(readBundle(signed), { code: 'ERR_BUNDLE_SIGNATURE_UNCHECKED', help: /policy\.verifyKey/ });
	await t.rejects(readBundle(packBundle(policy), KEY), { code: 'ERR_BUNDLE_SIGNATURE_MISSING', help: /--sign/ });
	t.equal((await readBundle(packBundle(policy))).signature, 'none');
	await t.rejects(readBundle(packBundle(policy, signer(theirs.private)), KEY), { code: 'ERR_BUNDLE_SIGNATURE_WRONG' });
});

/** A signed bundle with something done to its files. */
const tampered = (change: (files: Map<string, Buffer>) => void): Buffer => {
	const files = new Map(readTar(gunzipSync(packBundle(policy, signer(ours.private)))).map((f) => [f.name, f.bytes]));
	change(files);
	return gzipSync(writeTar([...files].map(([name, bytes]) => ({ name, bytes }))));
};

/** … or to its signature: another JWS, signed with our own key. */
const resigned = (change: {
	header?: object;
	payload?: (payload: Payload) => unknown;
	seal?: (data: string) => string;
}) =>
	tampered((files) => {
		const [token] = JSON.parse(files.get(SIGNATURES)!.toString()).signatures as [string];
		const payload: Payload = payloadOf(token);
		const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
		const data = `${b64(change.header ?? { alg: 'EdDSA' })}.${b64(change.payload?.(payload) ?? payload)}`;
		const seal =
			change.seal ?? ((text: string) => signer(ours.private).key.sign(Buffer.from(text)).toString('base64url'));
		files.set(SIGNATURES, Buffer.from(JSON.stringify({ signatures: [`${data}.${seal(data)}`] })));
	});
type Payload = { files: { name: string; hash: string; algorithm: string }[]; keyid: string };

const signatures = (change: (token: string) => unknown) =>
	tampered((files) => {
		const [token] = JSON.parse(files.get(SIGNATURES)!.toString()).signatures as [string];
		const changed = change(token);
		files.set(SIGNATURES, Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed)));
	});

t.test('anything but exactly what was signed is refused by name', async (t) => {
	const flip = (token: string) =>
		token.replace(/\.(.)([^.]*)$/, (_, one, rest) => `.${one === 'A' ? 'B' : 'A'}${rest}`);
	const cases: [what: string, bytes: Buffer, code: string, message?: RegExp][] = [
		['a changed module', tampered((f) => f.set('policy.wasm', Buffer.from('x'))), 'FILE_CHANGED', /`policy\.wasm`/],
		['changed data', tampered((f) => f.set('data.json', Buffer.from('{}'))), 'FILE_CHANGED', /`data\.json`/],
		['data that is no JSON', tampered((f) => f.set('data.json', Buffer.from('x'))), 'FILE_CHANGED', /`data\.json`/],
		['a changed manifest', tampered((f) => f.set('.manifest', Buffer.from('{}'))), 'FILE_CHANGED', /`\.manifest`/],
		['changed Rego', tampered((f) => f.set('rules/a/b/b.rego', Buffer.from(''))), 'FILE_CHANGED', /`rules\/a/],
		['a file too many', tampered((f) => f.set('lib/x.rego', Buffer.from(''))), 'FILE_UNSIGNED', /`lib\/x\.rego`/],
		['a second signature file', tampered((f) => f.set(`a/${SIGNATURES}`, Buffer.from('{}'))), 'FILE_UNSIGNED', /`a\//],
		['a file gone', tampered((f) => f.delete('rules/a/b/b.rego')), 'FILE_MISSING', /`rules\/a\/b\/b\.rego`/],
		['a file renamed', tampered((f) => f.set('b', f.get('policy.wasm')!).delete('policy.wasm')), 'FILE_MISSING'],
		['signed twice', resigned({ payload: (p) => ({ ...p, files: [...p.files, p.files[0]] }) }), 'FILE_TWICE'],
		['MD5', resigned({ payload: (p) => ({ files: p.files.map((f) => ({ ...f, algorithm: 'MD5' })) }) }), 'FILE_HASH'],
		['no hash', resigned({ payload: () => ({ files: [{ name: 'a', algorithm: 'SHA-256' }] }) }), 'SIGNATURE_FORMAT'],
		['no files', resigned({ payload: () => ({}) }), 'SIGNATURE_FORMAT'],
		['a scope', resigned({ payload: (p) => ({ ...p, scope: 'write' }) }), 'SIGNATURE_SCOPE'],
		['none', resigned({ header: { alg: 'none' }, seal: () => '' }), 'SIGNATURE_FORMAT'],
		['none with something', resigned({ header: { alg: 'none' } }), 'SIGNATURE_ALGORITHM', /`none`/],
		[
			'the public key as a secret',
			resigned({
				header: { alg: 'HS256' },
				seal: (data) => createHmac('sha256', ours.public).update(data).digest('base64url'),
			}),
			'SIGNATURE_ALGORITHM',
			/`HS256`.*`EdDSA`/,
		],
		['no algorithm', resigned({ header: {} }), 'SIGNATURE_ALGORITHM'],
		['RS256 under an Ed25519 key', resigned({ header: { alg: 'RS256' } }), 'SIGNATURE_ALGORITHM'],
		['critical headers', resigned({ header: { alg: 'EdDSA', crit: ['b64'], b64: false } }), 'SIGNATURE_FORMAT'],
		['a changed signature', signatures((token) => ({ signatures: [flip(token)] })), 'SIGNATURE_WRONG'],
		['two', signatures((token) => ({ signatures: [token, token] })), 'SIGNATURE_SEVERAL'],
		['none at all', signatures(() => ({ signatures: [] })), 'SIGNATURE_FORMAT'],
		['no text', signatures(() => ({ signatures: [1] })), 'SIGNATURE_FORMAT'],
		['two parts', signatures((token) => ({ signatures: [token.split('.', 2).join('.')] })), 'SIGNATURE_FORMAT'],
		['padding', signatures((token) => ({ signatures: [`${token}=`] })), 'SIGNATURE_FORMAT'],
		['another verifier', signatures((token) => ({ signatures: [token], plugin: 'mine' })), 'SIGNATURE_FORMAT'],
		['no JSON', signatures(() => 'x'), 'SIGNATURE_FORMAT'],
		[
			'a member twice',
			signatures((token) => `{"signatures":["${token}"],"signatures":["${token}"]}`),
			'SIGNATURE_FORMAT',
		],
	];
	for (const [what, bytes, code, message = /the bundle/] of cases) {
		await t.rejects(readBundle(bytes, KEY), { code: `ERR_BUNDLE_${code}`, message }, what);
	}
	await t.resolves(
		readBundle(
			tampered(() => {}),
			KEY,
		),
		'and untouched it loads',
	);
	await t.resolves(
		readBundle(resigned({ header: { alg: 'EdDSA', kid: 'any' } }), KEY),
		'the name of a key is no matter',
	);
	const spaced = tampered((f) => f.set('data.json', Buffer.from(` ${f.get('data.json')}\n`)));
	await t.resolves(readBundle(spaced, KEY), 'white space in data is none of what is signed');
});

t.test('keys that cannot be used say why', async (t) => {
	const short = pems(generateKeyPairSync('rsa', { modulusLength: 1024 }));
	const curve = pems(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
	const x25519 = pems(generateKeyPairSync('x25519'));
	const locked = generateKeyPairSync('ed25519').privateKey.export({
		type: 'pkcs8',
		format: 'pem',
		cipher: 'aes-256-cbc',
		passphrase: 'x',
	}) as string;
	for (const [pem, why] of [
		['a secret', /no private key/],
		[ours.public, /no private key/],
		[locked, /encrypted/],
		[short.private, /1024 bits/],
		[curve.private, /secp256k1/],
		[x25519.private, /x25519/],
	] as const) {
		t.throws(() => signingKey(pem, 'key.pem'), { code: 'ERR_SIGNING_KEY', message: why, help: /Ed25519/ });
	}
	for (const [pem, why] of [
		['a secret', /no public key/],
		[ours.private, /private key/],
		[ours.public + theirs.public, /several/],
		[short.public, /1024 bits/],
		[curve.public, /secp256k1/],
		[x25519.public, /x25519/],
	] as const) {
		t.throws(() => verifyKey(pem, 'key.pub'), { code: 'ERR_VERIFY_KEY', message: why, help: /Ed25519/ });
	}
});
