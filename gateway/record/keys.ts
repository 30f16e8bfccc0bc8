import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { SluiceError } from '../../engine/error.ts';
import { seal, unseal } from './aead.ts';

/**
 * The key that everything in the store hangs from. It never seals a record itself: each session has a random
 * data key, wrapped under this one (NIST SP 800-38D, AES-256-GCM) and bound to the session's id. Whoever destroys
 * a session's wrapped key has destroyed the session.
 */
export class MasterKey {
	readonly #key: KeyObject;
	readonly #derive: (purpose: string) => Buffer;
	/** Tells master keys apart without giving anything of them away; kept beside what is wrapped. */
	readonly id: string;
	/** Keys the mask operation `hash`: equal values get equal tags, and only here can they be computed. */
	readonly hashKey: Buffer;

	constructor(key: Buffer) {
		if (key.length !== 32) throw new RangeError('a master key has 32 bytes');
		this.#key = createSecretKey(derive(key, 'sluice wrap v1', 32));
		this.id = derive(key, 'sluice key id v1', 8).toString('hex');
		this.hashKey = derive(key, 'sluice mask hash v1', 32);
		const copy = Buffer.from(key);
		this.#derive = (purpose) => derive(copy, purpose, 32);
	}

	/** Seals texts of slow state under a key of their own for `purpose`. `open` throws `ERR_KEY_OTHER` for what it did not seal. */
	textBox(purpose: string): { seal(text: string): string; open(sealed: string): string } {
		const key = createSecretKey(this.#derive(`sluice text ${purpose} v1`));
		const clear = Buffer.from(purpose, 'utf8');
		return {
			seal: (text) => seal(key, clear, Buffer.from(text, 'utf8')).toString('base64'),
			open(sealed) {
				try {
					return unseal(key, clear, Buffer.from(sealed, 'base64')).toString('utf8');
				} catch (cause) {
					throw new SluiceError('ERR_KEY_OTHER', `a sealed text (${purpose}) does not open with this master key`, {
						help: 'put the key that made this store back in place (`keys.master`)',
						cause,
					});
				}
			},
		};
	}

	/** A fresh data key for a session, in clear and wrapped. */
	newDataKey(session: string): { readonly key: KeyObject; readonly wrapped: Buffer } {
		const key = randomBytes(32);
		return { key: createSecretKey(key), wrapped: seal(this.#key, Buffer.from(session, 'utf8'), key) };
	}

	/** The data key that was wrapped. Throws if this key did not wrap it for this session. */
	unwrap(session: string, wrapped: Buffer): KeyObject {
		return createSecretKey(unseal(this.#key, Buffer.from(session, 'utf8'), wrapped));
	}
}

/** RFC 5869, SHA-256. The purpose keeps keys for different uses unrelated. */
function derive(key: Buffer, purpose: string, length: number): Buffer {
	return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), Buffer.from(purpose, 'utf8'), length));
}
