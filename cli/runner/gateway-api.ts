import { SluiceError } from '../../engine/error.ts';
import type { Config } from '../../gateway/config/config.ts';
import { spellAddress } from '../../gateway/config/listen-address.ts';
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
	content?: object,
): Promise<Readonly<Record<string, unknown>>> {
	const target = await targetOf(place, path, 'admin', shell);
	const headers = { 'content-type': 'application/json' };
	const request = content === undefined ? { method } : { method, headers, body: JSON.stringify(content) };
	const response = await send(target, request, shell);
	const body = objectOf(await textOf(response, target));
	if (body === undefined) throw noGateway(target, response.status);
	if (response.status < 400) return body;
	throw refused(body, response.status);
}

/**
 * Sends an archive to the admin API and calls `line` with each object of its answer, a line each, as they come.
 *
 * @throws SluiceError as `askGateway`, and what an `error` line says
 */
export async function streamFromGateway(
	place: GatewayPlace,
	path: string,
	body: Buffer,
	line: (value: Readonly<Record<string, unknown>>) => void,
	shell: Shell,
): Promise<void> {
	const target = await targetOf(place, path, 'auditor', shell);
	const response = await send(
		target,
		{ method: 'POST', body, headers: { 'content-type': 'application/x-tar' } },
		shell,
	);
	if (response.status >= 400) {
		const said = objectOf(await textOf(response, target));
		throw said === undefined ? noGateway(target, response.status) : refused(said, response.status);
	}
	const decoder = new TextDecoder();
	let rest = '';
	const take = (text: string) => {
		const value = objectOf(text);
		if (value === undefined) throw noGateway(target, response.status);
		if ('error' in value) throw refused(value, 409);
		line(value);
	};
	try {
		for await (const chunk of response.body ?? []) {
			const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
			rest = lines.pop()!;
			for (const text of lines) take(text);
		}
	} catch (cause) {
		throw cause instanceof SluiceError ? cause : unreachable(target, cause);
	}
	if (rest !== '') take(rest);
}

interface Target {
	readonly url: URL;
	readonly token: string;
	/** As the user said it. */
	readonly base: string;
}

async function targetOf(place: GatewayPlace, path: string, role: string, shell: Shell): Promise<Target> {
	const base = place.gateway ?? spellAdmin(await configFrom(place.config, shell));
	const token = await tokenOf(place.tokenFile, shell);
	if (token === undefined) {
		throw new SluiceError('ERR_TOKEN_MISSING', 'the gateway needs to know who asks', {
			help: `set SLUICE_TOKEN, or name a file with --token-file, that holds a token of role ${role}`,
		});
	}
	const url = URL.parse(`${base.replace(/\/+$/, '')}/api/v1${path}`);
	if (url === null || !/^https?:$/.test(url.protocol)) {
		throw new SluiceError('ERR_GATEWAY_UNREACHABLE', `\`${base}\` is not the address of a gateway`, {
			help: 'write it like http://127.0.0.1:7071',
		});
	}
	return { url, token, base };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

function noGateway({ base }: Target, status: number): SluiceError {
	return new SluiceError('ERR_GATEWAY_ANSWER', `what answers at \`${base}\` is no gateway (HTTP ${status})`, {
		help: 'the address is that of `admin` in its configuration',
	});
}

function refused(body: Readonly<Record<string, unknown>>, status: number): SluiceError {
	const { code, message, help } = (body as ErrorBody).error ?? {};
	return new SluiceError(
		typeof code === 'string' ? code : 'ERR_GATEWAY_ANSWER',
		typeof message === 'string' ? message : `the gateway answered HTTP ${status}`,
		typeof help === 'string' ? { help } : {},
	);
}

async function send(target: Target, request: RequestInit, shell: Shell): Promise<Response> {
	try {
		return await fetch(target.url, {
			...request,
			headers: { ...request.headers, authorization: `Bearer ${target.token}` },
			redirect: 'manual',
			signal: shell.stopped,
		});
	} catch (cause) {
		throw unreachable(target, cause);
	}
}

async function textOf(response: Response, target: Target): Promise<string> {
	try {
		return await response.text();
	} catch (cause) {
		throw unreachable(target, cause);
	}
}

function unreachable({ base }: Target, cause: unknown): SluiceError {
	const why = ((cause as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? (cause as Error).message;
	return new SluiceError('ERR_GATEWAY_UNREACHABLE', `no gateway answers at \`${base}\` (${why})`, {
		help: /CERT|SELF_SIGNED|ALTNAME|ISSUER/.test(why)
			? 'name the authority of its certificate in `NODE_EXTRA_CA_CERTS`, and call it by a name that the certificate has'
			: 'start it with `sluice run`, or name its admin address with --gateway',
		cause: cause as Error,
	});
}

/** An address that everybody may connect to is also on this machine. */
function spellAdmin({ admin: address, adminTls }: Pick<Config, 'admin' | 'adminTls'>): string {
	const host = address.host === '0.0.0.0' ? '127.0.0.1' : address.host === '::' ? '::1' : address.host;
	return `${adminTls === undefined ? 'http' : 'https'}://${spellAddress({ ...address, host })}`;
}
