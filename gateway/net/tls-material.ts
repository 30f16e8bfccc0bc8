import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { SluiceError } from '../../engine/error.ts';
import { readSecret, spellSource } from '../config/secret.ts';
import type { TlsConfig } from '../config/tls.ts';

/** What a TLS server is given. */
export interface TlsMaterial extends SecureContextOptions {
	readonly cert: string;
	readonly key: string;
	readonly minVersion: 'TLSv1.2';
	/** A client without a certificate of `ca` gets no further than the handshake. */
	readonly requestCert?: true;
	readonly rejectUnauthorized?: true;
}

/**
 * Reads certificate, key and authority as they are now, and sees that they fit.
 *
 * `where` is the key of the configuration (`tls`, `adminTls`), for messages.
 * @throws SluiceError `ERR_CONFIG_SECRET` when something is not there, `ERR_CONFIG_TLS` when it is not what it must be
 */
export async function readTls(
	config: TlsConfig,
	where: string,
	env: Readonly<Record<string, string | undefined>>,
): Promise<TlsMaterial> {
	const cert = await readSecret(config.cert, `${where}.cert`, env);
	const key = await readSecret(config.key, `${where}.key`, env);
	const ca = config.clientCa && (await readSecret(config.clientCa, `${where}.clientCa`, env));
	const wrong = (part: keyof TlsConfig, why: string) =>
		new SluiceError('ERR_CONFIG_TLS', `\`${where}.${part}\` (${spellSource(config[part]!)}) ${why}`, {
			help: 'it must be PEM: the certificate first, then those between it and its root; the key without a pass phrase',
		});
	certificate(cert, (why) => wrong('cert', why));
	if (ca !== undefined) certificate(ca, (why) => wrong('clientCa', why));
	try {
		createSecureContext({ key });
	} catch (error) {
		throw wrong('key', `is no private key that can be read: ${reason(error)}`);
	}
	try {
		createSecureContext({ cert, key });
	} catch (error) {
		throw wrong('key', `does not fit the certificate: ${reason(error)}`);
	}
	// TLS 1.0 and 1.1 are no longer to be used (RFC 8996).
	const own = { cert, key, minVersion: 'TLSv1.2' } as const;
	return ca === undefined ? own : { ...own, ca, requestCert: true, rejectUnauthorized: true };
}

function certificate(pem: string, wrong: (why: string) => SluiceError): void {
	try {
		new X509Certificate(pem);
	} catch (error) {
		throw wrong(`is no certificate that can be read: ${reason(error)}`);
	}
}

/** OpenSSL's words, without its library and function names. */
function reason(error: unknown): string {
	const { message, reason } = error as Error & { reason?: string };
	return reason ?? message.split(':').at(-1)!.trim();
}
