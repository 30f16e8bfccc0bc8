import type { Principal } from '../../engine/session/types.ts';

/**
 * What of a client certificate is the principal's id. `subject`: the whole distinguished name, as RFC 4514 writes it
 * but in the certificate's order; `cn`: its common name; `san`: the one alternative name, `spiffe://…`, an e-mail address
 * or a host name.
 */
export type CertificateName = 'subject' | 'cn' | 'san';

/** A client certificate that the TLS handshake has verified. */
export interface ClientCertificate {
	/** Attributes of the subject in their order: `[['O', 'Acme'], ['CN', 'bot']]`. */
	readonly subject: readonly (readonly [type: string, value: string])[];
	/** `URI:…`, `DNS:…`, `email:…` and others. */
	readonly names: readonly string[];
	/** SHA-256, hexadecimal. */
	readonly fingerprint: string;
	/** Unix time, ns. */
	readonly expires: bigint;
}

/** Issuer of all principals that come from certificates: the authority is the one of the configuration. */
export const CERTIFICATES = 'mtls';

/** Whom a certificate names: a program, with no human behind it. undefined: nobody, or it is not clear whom. */
export function certificatePrincipal(certificate: ClientCertificate, from: CertificateName): Principal | undefined {
	const id = idOf(certificate, from);
	if (id === undefined || id === '' || id.length > 255 || /[\u0000-\u001f\u007f-\u009f]/.test(id)) return undefined;
	const { subject, names, fingerprint } = certificate;
	return {
		id,
		kind: 'service',
		issuer: CERTIFICATES,
		groups: [],
		scopes: [],
		claims: { subject: spelled(subject), names, fingerprint },
	};
}

function idOf({ subject, names }: ClientCertificate, from: CertificateName): string | undefined {
	if (from === 'subject') return spelled(subject);
	if (from === 'cn') return only(subject.filter(([type]) => type === 'CN').map(([, value]) => value));
	for (const kind of ['URI:', 'email:', 'DNS:']) {
		const found = names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
		if (found.length > 0) return only(found);
	}
	return undefined;
}

/** Two names could be two people's. */
function only(names: readonly string[]): string | undefined {
	return names.length === 1 ? names[0] : undefined;
}

function spelled(subject: ClientCertificate['subject']): string {
	return subject.map(([type, value]) => `${type}=${value.replace(/[,+"\\<>;=]/g, '\\$&')}`).join(',');
}
