import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { SluiceError } from '../../engine/error.ts';
import type { Clock } from '../clock.ts';
import { type AddressGuard, addressGuard, rangeCheck } from './address-guard.ts';

export interface GuardedFetchOptions {
	/** CIDR ranges that may be reached although they are not public; plain `http:` goes only there. */
	readonly allowPrivate: readonly string[];
	readonly clock: Clock;
	/** ms for the whole exchange. */
	readonly timeoutMs?: number;
	/** Of the answer's body. */
	readonly maxBytes?: number;
	/** For tests. */
	readonly lookup?: typeof systemLookup;
}

/** As `fetch`, for small answers. Redirects are not followed: the answer is the 3xx itself. */
export type GuardedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/**
 * Fetches what a configuration, or a document that a configuration names, points at. Connections go to public
 * addresses and to `allowPrivate` only, and to the very address that was checked: a name that resolves to another
 * one a moment later (DNS rebinding) gains nothing. Proxies of the environment are not used.
 *
 * @throws SluiceError `ERR_FETCH_ADDRESS` (may not be reached), `ERR_FETCH_FAILED` (anything else; its `cause` says more)
 */
export function guardedFetch(options: GuardedFetchOptions): GuardedFetch {
	const { clock, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
	const anywhere = addressGuard(options.allowPrivate);
	const inside = rangeCheck(options.allowPrivate);
	const agents = {
		'https:': agent(anywhere, options),
		// nothing protects what is read over plain HTTP but the network that the operator named
		'http:': agent(inside, options),
	};
	return async (url, init) => {
		const asked = new Request(url, { ...init, redirect: 'manual' });
		const target = new URL(asked.url);
		const { protocol, hostname } = target;
		if (protocol !== 'https:' && protocol !== 'http:') throw failed(target, `\`${protocol}\` is not fetched`);
		const literal = hostname.replace(/^\[(.*)\]$/, '$1');
		const guard = protocol === 'https:' ? anywhere : inside;
		if (isIP(literal) !== 0 && !guard(literal)) throw blocked(target, literal);

		const ended = new AbortController();
		const stop = clock.after(timeoutMs, () => ended.abort(new Error(`no answer within ${timeoutMs / 1000} s`)));
		const abandon = () => ended.abort(asked.signal.reason);
		asked.signal.addEventListener('abort', abandon, { once: true });
		if (asked.signal.aborted) abandon();
		try {
			const body = asked.body === null ? null : Buffer.from(await asked.arrayBuffer());
			const answer = await request(target, {
				dispatcher: agents[protocol],
				method: asked.method as 'GET',
				headers: Object.fromEntries(asked.headers),
				body,
				signal: ended.signal,
			});
			const bytes = await readUpTo(answer.body, maxBytes);
			const empty = answer.statusCode === 204 || answer.statusCode === 304;
			return new Response(empty ? null : bytes, { status: answer.statusCode, headers: plainHeaders(answer.headers) });
		} catch (cause) {
			throw refusal(cause, target) ?? failed(target, reason(cause), cause);
		} finally {
			stop();
			asked.signal.removeEventListener('abort', abandon);
		}
	};
}

/** Connects to addresses that `guard` lets through, whatever a name resolves to. */
function agent(guard: AddressGuard, { timeoutMs = TIMEOUT_MS, lookup = systemLookup }: GuardedFetchOptions): Agent {
	const checked: LookupFunction = (hostname, options, callback) => {
		lookup(hostname, { ...options, all: true }, (error, found) => {
			if (error !== null) return callback(error, '', 0);
			const addresses = (found as LookupAddress[]).filter(({ address }) => guard(address));
			const [first] = addresses;
			if (first === undefined) return callback(new BlockedAddress(found[0]?.address ?? hostname), '', 0);
			if (options.all === true) callback(null, addresses);
			else callback(null, first.address, first.family);
		});
	};
	return new Agent({
		connect: { lookup: checked, timeout: timeoutMs },
		connections: 4,
		pipelining: 1,
		maxHeaderSize: 16 * 1024,
	});
}

class BlockedAddress extends Error {
	readonly address: string;

	constructor(address: string) {
		super(`${address} is blocked`);
		this.address = address;
	}
}

async function readUpTo(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer<ArrayBuffer>> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body) {
		size += chunk.length;
		if (size > limit) throw new Error(`the answer is larger than ${limit} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
	const plain = new Headers();
	for (const [name, value] of Object.entries(headers)) {
		for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) plain.append(name, one);
	}
	return plain;
}

function refusal(cause: unknown, target: URL): SluiceError | undefined {
	for (let error = cause; error instanceof Error; error = error.cause) {
		if (error instanceof BlockedAddress) return blocked(target, error.address);
		const [first] = error instanceof AggregateError ? error.errors : [];
		if (first instanceof BlockedAddress) return blocked(target, first.address);
	}
	return undefined;
}

function reason(cause: unknown): string {
	if (!(cause instanceof Error)) return String(cause);
	const { code } = cause as NodeJS.ErrnoException;
	return code === undefined || cause.message.includes(code) ? cause.message : `${cause.message} (${code})`;
}

function blocked(target: URL, address: string): SluiceError {
	const plainHttp = target.protocol === 'http:' ? ' over plain http' : '';
	return new SluiceError(
		'ERR_FETCH_ADDRESS',
		`\`${target.origin}\` is at ${address}, which is not fetched from${plainHttp}`,
		{
			help: 'if it is meant to be there, name its range in `allowPrivate`',
		},
	);
}

/** Origin and path only: a query may hold what is nobody's business. */
function failed(target: URL, why: string, cause?: unknown): SluiceError {
	return new SluiceError('ERR_FETCH_FAILED', `cannot fetch \`${target.origin}${target.pathname}\`: ${why}`, { cause });
}
