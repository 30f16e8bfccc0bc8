import type { SecretSource } from './secret.ts';

/** Where a certificate, its key and the authority of clients' certificates are. PEM. */
export interface TlsConfig {
	/** The certificate, and those between it and its root. */
	readonly cert: SecretSource;
	readonly key: SecretSource;
	/** Only clients with a certificate of this authority get as far as HTTP. */
	readonly clientCa?: SecretSource;
}

type RawSource = { env: string } | { file: string } | { command: string | string[] };

/** As it stands in the file, checked by the schema. */
export interface RawTls {
	readonly cert: RawSource;
	readonly key: RawSource;
	readonly clientCa?: RawSource;
}

/** The piece of the configuration's schema. `secret`: what a secret source looks like. */
export function tlsSchema(secret: object) {
	return {
		type: 'object',
		additionalProperties: false,
		required: ['cert', 'key'],
		properties: { cert: secret, key: secret, clientCa: secret },
	} as const;
}

/** `read`: makes a source's path absolute. */
export function tlsOf(raw: RawTls, read: (source: RawSource) => SecretSource): TlsConfig {
	return {
		cert: read(raw.cert),
		key: read(raw.key),
		...(raw.clientCa === undefined ? {} : { clientCa: read(raw.clientCa) }),
	};
}
