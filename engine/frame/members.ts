/**
 * The members that the protocol itself gives a meaning, by the object they stand in (JSON-RPC 2.0 §4, §5; MCP
 * schema 2024-11-05 to 2026-07-28, the tasks extension). Anything else is data, under whatever name.
 */
export const ENVELOPE_MEMBERS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);

export const PARAMS_MEMBERS: ReadonlySet<string> = new Set([
	'_meta',
	'action',
	'argument',
	'arguments',
	'capabilities',
	'clientInfo',
	'content',
	'context',
	'createdAt',
	'cursor',
	'data',
	'elicitationId',
	'includeContext',
	'inputResponses',
	'level',
	'logger',
	'maxTokens',
	'message',
	'messages',
	'metadata',
	'mode',
	'modelPreferences',
	'name',
	'progress',
	'progressToken',
	'protocolVersion',
	'reason',
	'ref',
	'requestId',
	'requestState',
	'requestedSchema',
	'stopSequences',
	'systemPrompt',
	'task',
	'taskId',
	'temperature',
	'toolChoice',
	'tools',
	'total',
	'uri',
	'url',
]);

/** Members of any result in which frames stand that are judged on their own, or that say whether some do. */
export const RESULT_MEMBERS: ReadonlySet<string> = new Set(['inputRequests', 'resultType']);

/** The same of what is said of a task: in answers to `tasks/…`, in `tasks/list` and in notifications. */
export const TASK_MEMBERS: ReadonlySet<string> = new Set([...RESULT_MEMBERS, 'error', 'result', 'tasks']);

/** The same of a list. */
export const LIST_MEMBERS: ReadonlySet<string> = new Set([...RESULT_MEMBERS, 'tools']);

/** The prefix under which the specification keeps members of `_meta` for itself. */
export const RESERVED_META = 'io.modelcontextprotocol/';

export const META_MEMBERS: ReadonlySet<string> = new Set([
	'progressToken',
	'traceparent',
	'tracestate',
	'baggage',
	...[
		'clientCapabilities',
		'clientInfo',
		'logLevel',
		'model-immediate-response',
		'protocolVersion',
		'related-task',
		'serverInfo',
		'subscriptionId',
	].map((name) => `${RESERVED_META}${name}`),
]);

/**
 * The protocol member of `known` that a lenient reader would take `key` for, if `key` is not that member itself:
 * equal after Unicode case folding, NFKC, without control and format characters, or up to a NUL (where a reader in C
 * takes a string to end).
 */
export function confusedWith(key: string, known: ReadonlySet<string>): string | undefined {
	if (known.has(key)) return undefined;
	const nul = key.indexOf('\u0000');
	const cut = nul < 0 ? undefined : key.slice(0, nul);
	const upToNul = cut === undefined ? undefined : known.has(cut) ? cut : confusedWith(cut, known);
	if (upToNul !== undefined) return upToNul;
	const folded = fold(key);
	const name = folds.get(known)?.get(folded);
	if (name !== undefined) return name;
	if (known === META_MEMBERS && folded.startsWith(RESERVED_META) && !key.startsWith(RESERVED_META))
		return RESERVED_META;
	return undefined;
}

/**
 * Upper before lower case covers the one-way pairs (U+017F, U+212A, U+0131) that a reader which compares only
 * one of the cases would take for ASCII; U+0130 lowers to `i` with a dot above.
 */
function fold(key: string): string {
	return key
		.normalize('NFKC')
		.replace(/[\p{Cc}\p{Cf}]/gu, '')
		.toUpperCase()
		.toLowerCase()
		.replaceAll('i\u0307', 'i')
		.normalize('NFKC');
}

const folds: ReadonlyMap<ReadonlySet<string>, ReadonlyMap<string, string>> = new Map(
	[ENVELOPE_MEMBERS, PARAMS_MEMBERS, META_MEMBERS, RESULT_MEMBERS, TASK_MEMBERS, LIST_MEMBERS].map((set) => [
		set,
		new Map([...set].map((name) => [fold(name), name])),
	]),
);
