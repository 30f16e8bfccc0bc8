import type { Complaint } from '../../engine/schema/explain.ts';
import type { Config } from './config.ts';
import { spellAddress } from './listen-address.ts';
import type { RawConfig } from './normalise.ts';

/**
 * Where people's browsers reach the admin address, without a slash at its end. It comes from the configuration alone:
 * what a request calls it may be an attacker's word. `port`: the one that was bound, where the configuration asks for
 * any. undefined: not known.
 */
export function adminUrlOf(
	{ admin, adminUrl, adminTls }: Pick<Config, 'admin' | 'adminUrl' | 'adminTls'>,
	port = admin.port,
): string | undefined {
	if (adminUrl !== undefined) return adminUrl;
	const scheme = adminTls === undefined ? 'http' : 'https';
	return port === 0 ? undefined : `${scheme}://${spellAddress({ ...admin, port })}`;
}

/** People are sent back to the admin address with secrets in the URL. */
export function* adminUrlRules(raw: RawConfig, adminLocal: boolean): Generator<Complaint> {
	const { adminUrl } = raw;
	if (adminUrl !== undefined) {
		const url = URL.parse(adminUrl);
		if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
			yield at('`adminUrl` must be a URL without credentials, query and fragment');
		} else if (url.protocol === 'http:' && !adminLocal) {
			yield at('`adminUrl` is http, and `admin` is not on loopback', 'use the https URL of the proxy in front of it');
		}
		return;
	}
	const server = Object.entries(raw.servers).find(([, { http, sse, ws }]) =>
		[http, sse, ws].some((remote) => remote?.auth?.userGrant !== undefined),
	);
	if (server === undefined || adminLocal) return;
	yield {
		pointer: '/admin',
		key: false,
		message: `people connect themselves to \`${server[0]}\` in a browser, and \`adminUrl\` is missing`,
		help: 'add the URL under which they reach `admin`',
	};
}

function at(message: string, help?: string): Complaint {
	return { pointer: '/adminUrl', key: false, message, ...(help === undefined ? {} : { help }) };
}
