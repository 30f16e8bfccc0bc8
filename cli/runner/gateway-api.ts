import { SluiceError } from '../../engine/error.ts';
import { type ListenAddress, spellAddress } from '../../gateway/config/listen-address.ts';
import type { Shell } from '../shell.ts';
import { configFrom } from './config-argument.ts';
import { tokenOf } from './token-file.ts';

/** Which running gateway a command asks, and as whom. */
export interface GatewayPlace {
	/** Address of its admin API, e.g. `http://127.0.0.1:7071`; else the one of the configuration. */
	readonly gateway?: string;
	readonly config?: string;
	/** File with the token to act as; else `SLUICE_TOKEN`. */
	readonly tokenFile?: string;
}

/** What an error of the API looks like. */
interface ErrorBody {
	readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly help?: unknown };
}

/**
 * One request to the admin API of a running gateway; `path` below `/api/v1`. Resolves with what it answered.
 *
 * @throws SluiceError what the API says went wrong, `ERR_GATEWAY_UNREACHABLE`, `ERR_GATEWAY_ANSWER`, `ERR_TOKEN_MISSING`
 */
export async function askGateway(
	place: GatewayPlace,
	method: 'GET' | 'POST',
	path: string,
	shell: Shell,
): Promise<Readonly<Record<string, unknown>>> {
	const base = place.gateway ?? spellAdmin((await configFrom(place.config, shell)).admin);
	const token = await tokenOf(place.tokenFile, shell);
	if (token === undefined) {
		throw new SluiceError('ERR_TOKEN_MISSING', 'the gateway needs to know who asks', {
			help: 'set SLUICE_TOKEN, or name a file with --token-file, that holds a token of role admin',
		});
	}
	const url = URL.parse(`${base.replace(/\/+$/, '')}/api/v1${path}`);
	if (url === null || !/^https?:$/.test(url.protocol)) {
		throw new SluiceError('ERR_GATEWAY_UNREACHABLE', `\`${base}\` is not the address of a gateway`, {
			help: 'write it like http://127.0.0.1:7071',
		});
	}
	const { status, text } = await send(url, method, token, base, shell);
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		body = undefined;
	}
	if (typeof body !== 'object' || body === null) {
		throw new SluiceError('ERR_GATEWAY_ANSWER', `what answers at \`${base}\` is no gateway (HTTP ${status})`, {
			help: 'the address is that of `admin` in its configuration',
		});
	}
	if (status < 400) return body as Record<string, unknown>;
	const { code, message, help } = (body as ErrorBody).error ?? {};
	throw new SluiceError(
		typeof code === 'string' ? code : 'ERR_GATEWAY_ANSWER',
		typeof message === 'string' ? message : `the gateway answered HTTP ${status}`,
		typeof help === 'string' ? { help } : {},
	);
}

async function send(
	url: URL,
	method: string,
	token: string,
	base: string,
	shell: Shell,
): Promise<{ status: number; text: string }> {
	try {
		const response = await fetch(url, {
			method,
			headers: { authorization: `Bearer ${token}` },
			redirect: 'manual',
			signal: shell.stopped,
		});
		return { status: response.status, text: await response.text() };
	} catch (cause) {
		const why = ((cause as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? (cause as Error).message;
		throw new SluiceError('ERR_GATEWAY_UNREACHABLE', `no gateway answers at \`${base}\` (${why})`, {
			help: 'start it with `sluice run`, or name its admin address with --gateway',
			cause,
		});
	}
}

/** An address that everybody may connect to is also on this machine. */
function spellAdmin(address: ListenAddress): string {
	const host = address.host === '0.0.0.0' ? '127.0.0.1' : address.host === '::' ? '::1' : address.host;
	return `http://${spellAddress({ ...address, host })}`;
}
