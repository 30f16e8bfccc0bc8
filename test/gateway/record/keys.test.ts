import { createSecretKey, randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'tap';
import { seal, unseal } from '../../../gateway/record/aead.ts';
import { MasterKey } from '../../../gateway/record/keys.ts';
import {
	defaultMasterKeyPath,
	loadMasterKey,
	parseMasterKey,
	readMasterKey,
} from '../../../gateway/record/master-key.ts';

test('first use makes a key that only the owner can read, later uses read it', (t) => {
	const path = defaultMasterKeyPath(t.testdir());
	const made = loadMasterKey(path);
	t.equal(statSync(path).mode & 0o777, 0o600);
	t.equal(statSync(dirname(path)).mode & 0o777, 0o700);
	t.equal(loadMasterKey(path).id, made.id);
	t.same(readdirSync(dirname(path)), ['master.key'], 'no draft is left behind');
	t.equal(Buffer.from(readFileSync(path, 'utf8'), 'base64').length, 32);
	t.end();
});

test('a key that others can read is refused', (t) => {
	const path = defaultMasterKeyPath(t.testdir());
	loadMasterKey(path);
	for (const mode of [0o640, 0o604, 0o660]) {
		chmodSync(path, mode);
		t.throws(() => loadMasterKey(path), { code: 'ERR_KEY_PERMISSIONS' });
	}
	t.end();
});

test('32 bytes raw, in base64 or in hex are the same key; anything else is none', (t) => {
	const key = randomBytes(32);
	const { id } = new MasterKey(key);
	for (const text of [key, key.toString('base64'), `${key.toString('hex')}\n`, key.toString('base64').slice(0, 43)]) {
		t.equal(parseMasterKey(Buffer.from(text), 'KEY').id, id);
	}
	const path = join(t.testdir(), 'k');
	writeFileSync(path, '', { mode: 0o600 });
	t.throws(() => loadMasterKey(path), { code: 'ERR_KEY_INVALID' });
	t.throws(() => parseMasterKey(randomBytes(31), 'KEY'), { code: 'ERR_KEY_INVALID', message: /`KEY`/ });
	t.throws(() => readMasterKey(join(t.testdir(), 'none')), { code: 'ENOENT' });
	t.end();
});

test('a data key opens under its master key and for its session only', (t) => {
	const master = new MasterKey(randomBytes(32));
	const { key, wrapped } = master.newDataKey('s');
	t.ok(master.unwrap('s', wrapped).equals(key));
	t.throws(() => master.unwrap('other', wrapped));
	t.throws(() => new MasterKey(randomBytes(32)).unwrap('s', wrapped));
	t.notOk(master.newDataKey('s').key.equals(key));
	t.notOk(wrapped.includes(key.export()));
	t.end();
});

test('the hash key belongs to the master key, and is not it', (t) => {
	const raw = randomBytes(32);
	t.ok(new MasterKey(raw).hashKey.equals(new MasterKey(raw).hashKey));
	t.notOk(new MasterKey(raw).hashKey.equals(raw));
	t.notOk(new MasterKey(raw).hashKey.equals(new MasterKey(randomBytes(32)).hashKey));
	t.end();
});

test('no nonce comes twice', (t) => {
	const key = createSecretKey(randomBytes(32));
	const nonces = new Set<string>();
	for (let i = 0; i < 2000; i++) nonces.add(seal(key, Buffer.alloc(0), Buffer.alloc(0)).toString('hex', 0, 12));
	t.equal(nonces.size, 2000);
	t.same(unseal(key, Buffer.from('a'), seal(key, Buffer.from('a'), Buffer.from('b'))), Buffer.from('b'));
	t.end();
});
