import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Caller } from '../types.ts';

/** By socket: a certificate is looked at once a connection. */
const seen = new WeakMap<object, Pick<Caller, 'certificate'>>();

/** The client's certificate, where the handshake asked for one and verified it. */
export function certificateOf({ socket }: IncomingMessage): Pick<Caller, 'certificate'> {
	const known = seen.get(socket);
	if (known !== undefined) return known;
	const found = read(socket as Partial<TLSSocket>);
	seen.set(socket, found);
	return found;
}

function read(socket: Partial<TLSSocket>): Pick<Caller, 'certificate'> {
	if (socket.encrypted !== true || socket.authorized !== true) return {};
	const certificate = socket.getPeerX509Certificate?.();
	if (certificate === undefined) return {};
	const { subject, subjectAltName = '', fingerprint256, validToDate } = certificate;
	return {
		certificate: {
			subject: attributes(subject ?? ''),
			names: names(subjectAltName),
			fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
			expires: BigInt(validToDate.getTime()) * 1_000_000n,
		},
	};
}

/** `O=Acme\nCN=bot`, as Node spells a subject; a value that holds a line break cannot be told apart, and is left out. */
function attributes(subject: string): [string, string][] {
	return subject.split('\n').flatMap((line) => {
		const at = line.indexOf('=');
		return at <= 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as [string, string]];
	});
}

/** Node quotes values that could be taken for a list; nobody is named by one of these. */
function names(subjectAltName: string): string[] {
	return subjectAltName.includes('"') ? [] : subjectAltName.split(', ').filter((name) => name !== '');
}
