import { RegoObject, type Value } from '../value/value.ts';
import { textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';
import { isPort, parseUrl } from './urls.ts';
import { bytesOf, textOfBytes } from './utf8.ts';

/** `uri.*` */
export const uris = {
	'uri.parse': (_: unknown, text: Value) => {
		const url = parseUrl(bytesOf(textOf(text)));
		const [hostname, port] = hostAndPort(url.host);
		const parts: readonly [string, string][] = [
			['scheme', url.scheme],
			['hostname', hostname],
			['port', port],
			['path', url.path],
			['raw_path', url.rawPath || url.path],
			['raw_query', url.query],
			['fragment', url.fragment],
		];
		return new RegoObject(parts.filter(([, part]) => part !== '').map(([name, part]) => [name, textOfBytes(part)]));
	},
	'uri.is_valid': (_: unknown, text: Value) => {
		if (typeof text !== 'string' || text === '') return false;
		try {
			parseUrl(bytesOf(text));
			return true;
		} catch (error) {
			if (error instanceof BuiltinError) return false;
			throw error;
		}
	},
} satisfies Record<string, Builtin>;

function hostAndPort(host: string): readonly [string, string] {
	const colon = host.lastIndexOf(':');
	const split = colon >= 0 && isPort(host.slice(colon));
	const name = split ? host.slice(0, colon) : host;
	return [/^\[.*\]$/s.test(name) ? name.slice(1, -1) : name, split ? host.slice(colon + 1) : ''];
}
