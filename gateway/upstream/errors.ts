import { publish } from '../telemetry/channels.ts';
import { UpstreamError } from '../transport/errors.ts';

/**
 * What a client is told when there is no token for a server, and the operator in the log. Nothing that an authorization
 * server wrote stands in it but the registered spelling of an OAuth error: descriptions quote what they were sent.
 */
export function noToken(code: string, message: string, options: { help: string; status?: number }): UpstreamError {
	publish('trouble', { code, message: `${message}; ${options.help}` });
	return new UpstreamError(code, message, { ...options, status: options.status ?? 503 });
}

/** An OAuth error code (RFC 6749 §5.2) as it may be shown; whatever else stands there is not. */
export function shownError(error: unknown): string {
	return typeof error === 'string' && /^[a-z][a-z_]{0,63}$/.test(error) ? ` (\`${error}\`)` : '';
}
