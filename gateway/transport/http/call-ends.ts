import { UpstreamError } from '../errors.ts';
import type { UpstreamEnd } from '../types.ts';
import { credentialsRefused } from './authorised.ts';

/** Seconds or a date (RFC 9110 §10.2.3): nothing else that a server might say in it reaches a client unjudged. */
const RETRY_AFTER =
	/^(?:\d{1,9}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT)$/;

/** Our words under a 4xx of the server's; what only concerns the hop between us and it is a 502. */
export function failed(status: number, retryAfter: string | string[] | undefined): Extract<UpstreamEnd, { ok: false }> {
	const kept = status >= 400 && status < 500 && status !== 401 && status !== 403 && status !== 407;
	return {
		ok: false,
		status: kept ? status : 502,
		code: 'ERR_UPSTREAM_STATUS',
		message:
			status === 401 || status === 403 ? credentialsRefused(status).message : `the server answered HTTP ${status}`,
		...(typeof retryAfter === 'string' && RETRY_AFTER.test(retryAfter)
			? { headers: { 'retry-after': retryAfter } }
			: {}),
	};
}

export function tooLarge(limit: number): UpstreamEnd {
	return {
		ok: false,
		status: 502,
		code: 'ERR_UPSTREAM_TOO_LARGE',
		message: `the server's answer is larger than ${limit} bytes (\`limits.frame\`)`,
	};
}

export function brokenOff(error: Error): UpstreamEnd {
	return {
		ok: false,
		status: 502,
		code: 'ERR_UPSTREAM_BROKEN_OFF',
		message: `the connection to the server broke off before its answer was complete (${reason(error)}); it may have acted`,
	};
}

/** There is no connection, so nothing was delivered. */
export function unreachable(error: Error): UpstreamError {
	return new UpstreamError('ERR_UPSTREAM_UNREACHABLE', `the server cannot be reached (${reason(error)})`, {
		help: 'start the server, or mend its `url` in the configuration',
		cause: error,
	});
}

export function reason(error: Error): string {
	return (error as NodeJS.ErrnoException).code ?? error.name;
}

export const encodedAnswer: UpstreamEnd = {
	ok: false,
	status: 502,
	code: 'ERR_UPSTREAM_ENCODED',
	message: 'the server encoded its answer although it was asked not to; what cannot be read is not forwarded',
};
export const notJson: UpstreamEnd = {
	ok: false,
	status: 502,
	code: 'ERR_UPSTREAM_MEDIA_TYPE',
	message: 'the server answered with neither `application/json` nor `text/event-stream`',
};
