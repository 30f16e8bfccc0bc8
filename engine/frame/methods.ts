import type { Kind, Party, Revision } from './frame.ts';
import type { JsonNode } from './json.ts';
import { member, text } from './json.ts';

/** What a method names in its params, and under which member. */
export interface Naming {
	readonly what: 'tool' | 'prompt' | 'resource';
	readonly at: 'name' | 'uri';
}

/** One method of the Model Context Protocol. */
export interface MethodInfo {
	readonly name: string;
	/** Who may send it. */
	readonly from: Party | 'both';
	readonly kind: 'request' | 'notification';
	/** The first revision that has it. */
	readonly since: Revision;
	/** The last revision that has it, if a later one dropped it. */
	readonly until?: Revision;
	/** Whether a client's request of it can wait for a human (contract §1 "Holdable"). */
	readonly holdable: boolean;
	readonly names?: Naming;
}

const tool: Naming = { what: 'tool', at: 'name' };
const prompt: Naming = { what: 'prompt', at: 'name' };
const resource: Naming = { what: 'resource', at: 'uri' };

type Row = readonly [name: string, from: Party | 'both', since: Revision, names?: Naming | undefined, until?: Revision];

/** The last revision with a handshake: the next one dropped what only makes sense within a session. */
const LAST_LEGACY: Revision = '2025-11-25';

/**
 * Requests of the schemas 2024-11-05 to 2026-07-28 and of the extension `io.modelcontextprotocol/tasks`. Those of servers
 * stand inside results from 2026-07-28 on (`inputRequests`), under the same names.
 */
const REQUESTS: readonly Row[] = [
	['initialize', 'client', '2024-11-05', undefined, LAST_LEGACY],
	['ping', 'both', '2024-11-05', undefined, LAST_LEGACY],
	['server/discover', 'client', '2026-07-28'],
	['tools/list', 'client', '2024-11-05'],
	['tools/call', 'client', '2024-11-05', tool],
	['prompts/list', 'client', '2024-11-05'],
	['prompts/get', 'client', '2024-11-05', prompt],
	['resources/list', 'client', '2024-11-05'],
	['resources/templates/list', 'client', '2024-11-05'],
	['resources/read', 'client', '2024-11-05', resource],
	['resources/subscribe', 'client', '2024-11-05', resource, LAST_LEGACY],
	['resources/unsubscribe', 'client', '2024-11-05', resource, LAST_LEGACY],
	['subscriptions/listen', 'client', '2026-07-28'],
	['completion/complete', 'client', '2024-11-05'],
	['logging/setLevel', 'client', '2024-11-05', undefined, LAST_LEGACY],
	['roots/list', 'server', '2024-11-05'],
	['sampling/createMessage', 'server', '2024-11-05'],
	['elicitation/create', 'server', '2025-06-18'],
	['tasks/get', 'both', '2025-11-25'],
	['tasks/update', 'client', '2026-07-28'],
	['tasks/result', 'both', '2025-11-25', undefined, LAST_LEGACY],
	['tasks/list', 'both', '2025-11-25', undefined, LAST_LEGACY],
	['tasks/cancel', 'both', '2025-11-25'],
];

const NOTIFICATIONS: readonly Row[] = [
	['notifications/initialized', 'client', '2024-11-05', undefined, LAST_LEGACY],
	['notifications/roots/list_changed', 'client', '2024-11-05', undefined, LAST_LEGACY],
	['notifications/cancelled', 'both', '2024-11-05'],
	['notifications/progress', 'both', '2024-11-05'],
	['notifications/message', 'server', '2024-11-05'],
	['notifications/subscriptions/acknowledged', 'server', '2026-07-28'],
	['notifications/tools/list_changed', 'server', '2024-11-05'],
	['notifications/prompts/list_changed', 'server', '2024-11-05'],
	['notifications/resources/list_changed', 'server', '2024-11-05'],
	['notifications/resources/updated', 'server', '2024-11-05', resource],
	['notifications/elicitation/complete', 'server', '2025-11-25', undefined, LAST_LEGACY],
	['notifications/tasks/status', 'both', '2025-11-25', undefined, LAST_LEGACY],
	['notifications/tasks', 'server', '2026-07-28'],
];

/** Client requests that cannot wait: the session itself, or a wait of its own, hangs on them. */
const NEVER_HELD = new Set(['initialize', 'ping', 'server/discover', 'subscriptions/listen']);

const table = new Map<string, MethodInfo>();
for (const [rows, kind] of [
	[REQUESTS, 'request'],
	[NOTIFICATIONS, 'notification'],
] as const) {
	for (const [name, from, since, names, until] of rows) {
		const holdable = kind === 'request' && isHoldable(from === 'server' ? 'server' : 'client', kind, name);
		table.set(name, { name, from, kind, since, holdable, ...(names && { names }), ...(until && { until }) });
	}
}

/** All methods that the protocol defines. */
export const METHODS: ReadonlyMap<string, MethodInfo> = table;

/** What the protocol says of a method; undefined for one that it does not know. */
export function methodInfo(name: string): MethodInfo | undefined {
	return table.get(name);
}

/**
 * Whether a hold on such a frame makes somebody wait, or is a deny (contract §1): requests of clients, unknown
 * methods included, except those that nothing can wait for, and requests of servers.
 */
export function isHoldable(from: Party, kind: Kind, method: string | undefined): boolean {
	if (kind !== 'request' || method === undefined) return false;
	if (from === 'server') return true;
	return !NEVER_HELD.has(method) && !method.startsWith('tasks/');
}

/** The tool, prompt or resource that a request is about, if its method names one. */
export function namedBy(
	method: string | undefined,
	params: JsonNode | undefined,
): { readonly what: Naming['what']; readonly name: string } | undefined {
	const names = method === undefined ? undefined : table.get(method)?.names;
	const name = names && text(member(params, names.at));
	return names && name !== undefined ? { what: names.what, name } : undefined;
}
