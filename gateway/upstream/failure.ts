import { ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { UpstreamError } from '../transport/errors.ts';
import { noToken, shownError } from './errors.ts';

/** An answer of a token endpoint that holds no token which could be used. */
export class UnusableToken extends Error {}

/** OAuth errors that mean "later" (RFC 6749 §4.1.2.1). */
const LATER: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);

/**
 * What an exchange with an authorization server came to, for clients and for the log. Nothing of what was sent or
 * answered stands in it: both hold secrets.
 */
export function failureOf(error: unknown, server: string): UpstreamError {
	if (error instanceof UpstreamError) return error;
	const of = `for the server \`${server}\``;
	if (error instanceof UnusableToken) {
		return noToken(
			'ERR_UPSTREAM_TOKEN_UNUSABLE',
			`the authorization server's token ${of} cannot be used: ${error.message}`,
			{
				help: 'see what the authorization server issues to this client',
				status: 502,
			},
		);
	}
	if (error instanceof ResponseBodyError && error.status < 500 && error.status !== 429 && !LATER.has(error.error)) {
		return refused(of, shownError(error.error), error);
	}
	if (error instanceof WWWAuthenticateChallengeError && error.status < 500) return refused(of, '', error);
	const why = reason(error);
	return noToken(
		'ERR_UPSTREAM_TOKEN_UNAVAILABLE',
		`the authorization server gives no token ${of} at the moment (${why})`,
		{
			help:
				why === 'ERR_FETCH_ADDRESS'
					? 'it is in a private network: if it is meant to be there, name its range in `allowPrivate`'
					: 'see that it runs and can be reached from here; the gateway asks again by itself',
		},
	);
}

function refused(of: string, why: string, cause: ResponseBodyError | WWWAuthenticateChallengeError): UpstreamError {
	const error = noToken('ERR_UPSTREAM_TOKEN_REFUSED', `the authorization server refuses a token ${of}${why}`, {
		help: 'check client, secret, `scope` and `resource` in `auth` of this server',
	});
	refusals.set(error, cause instanceof ResponseBodyError ? cause.error : undefined);
	return error;
}

/** Beside the error, not in it: what is printed of an error must not hold what an authorization server wrote. */
const refusals = new WeakMap<UpstreamError, string | undefined>();

/** The OAuth error code behind a refusal, e.g. `invalid_grant`. */
export function oauthErrorOf(error: unknown): string | undefined {
	return error instanceof UpstreamError ? refusals.get(error) : undefined;
}

/** A code only: messages of network errors name addresses and quote answers. */
function reason(error: unknown): string {
	for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
		const { code } = at as { code?: unknown };
		if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,63}$/.test(code)) return code;
	}
	return error instanceof ResponseBodyError ? `HTTP ${error.status}` : 'no usable answer';
}
