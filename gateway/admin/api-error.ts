import { SluiceError } from '../../engine/error.ts';

/** An answer of the API that is not 2xx. */
export class ApiError extends SluiceError {
	/** HTTP status. */
	readonly status: number;
	/** Further headers of the answer. */
	readonly headers: Readonly<Record<string, string>>;

	constructor(
		status: number,
		code: string,
		message: string,
		options: { help?: string; cause?: unknown; headers?: Readonly<Record<string, string>> } = {},
	) {
		super(code, message, options);
		this.name = 'ApiError';
		this.status = status;
		this.headers = options.headers ?? {};
	}
}

/** Body of every answer that is not 2xx. */
export interface ErrorBody {
	readonly error: { readonly code: string; readonly message: string; readonly help?: string };
}

export function errorBody({ code, message, help }: SluiceError): ErrorBody {
	return { error: { code, message, ...(help === undefined ? {} : { help }) } };
}

/**
 * Statuses of errors that come from behind the API. Those that say "not there", "not you" and "not now"; every other
 * `SluiceError` is a conflict with the state of things: the request was well-formed and somebody can mend the cause.
 */
const STATUS: readonly (readonly [RegExp, number])[] = [
	[/^ERR_STORE_/, 503],
	[/^ERR_OIDC_UNAVAILABLE$/, 503],
	[/^ERR_RECORD_(?!SESSION_UNKNOWN$)/, 500],
	[/^ERR_UPSTREAM_/, 502],
	[/_(UNKNOWN|MISSING)$/, 404],
	[/^ERR_CONNECT_BROWSER$/, 403],
	[/_(SELF|NOT_APPROVER|NO_HUMAN|ROLE)$/, 403],
	[/_BUSY$/, 429],
	[/^ERR_JUDGEMENT_REQUEST$/, 400],
];

/** What Fastify says, in our codes. */
const FASTIFY: Readonly<Record<string, readonly [status: number, code: string, message: string, help?: string]>> = {
	FST_ERR_CTP_BODY_TOO_LARGE: [413, 'ERR_API_BODY_SIZE', 'the body is too large'],
	FST_ERR_CTP_INVALID_MEDIA_TYPE: [
		415,
		'ERR_API_MEDIA_TYPE',
		'the body is not JSON',
		'send `content-type: application/json`',
	],
	FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'ERR_API_JSON', 'the body is not as long as `content-length` says'],
	FST_ERR_CTP_INVALID_JSON_BODY: [400, 'ERR_API_JSON', 'the body is not JSON'],
	FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'ERR_API_JSON', 'the body is empty'],
	FST_ERR_BAD_URL: [400, 'ERR_API_INPUT', 'the path is not a valid URL path'],
};

/** What is said of anything that was thrown while a request was served; undefined: a bug, about which nothing is said. */
export function apiErrorOf(error: unknown): ApiError | undefined {
	if (error instanceof ApiError) return error;
	if (error instanceof SluiceError) {
		const status = STATUS.find(([pattern]) => pattern.test(error.code))?.[1] ?? 409;
		return new ApiError(status, error.code, error.message, error.help === undefined ? {} : { help: error.help });
	}
	if (!(error instanceof Error)) return undefined;
	const { code, validation, validationContext } = error as {
		code?: string;
		validation?: readonly { instancePath: string; message?: string; params: { additionalProperty?: unknown } }[];
		validationContext?: string;
	};
	if (validation !== undefined) {
		const [first] = validation;
		const extra = first?.params.additionalProperty;
		const named = extra === undefined ? first?.instancePath.slice(1) : String(extra);
		const what = `${validationContext === 'querystring' ? 'query' : validationContext}${named ? ` member \`${named}\`` : ''}`;
		const why = extra === undefined ? (first?.message ?? 'is not valid') : 'is not known';
		return new ApiError(400, 'ERR_API_INPUT', `the ${what} ${why}`, { help: 'see the API in the documentation' });
	}
	const known = code === undefined ? undefined : FASTIFY[code];
	if (known === undefined)
		return error instanceof SyntaxError ? new ApiError(400, 'ERR_API_JSON', 'the body is not JSON') : undefined;
	const [status, ours, message, help] = known;
	return new ApiError(status, ours, message, help === undefined ? {} : { help });
}
