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

type Row = readonly [name: string, from: Party | 'both', since: Revision, names?: Naming];

/** Requests of the schemas 2024-11-05 to 2025-11-25. No revision up to there dropped a method. */
const REQUESTS: readonly Row[] = [
	['initialize', 'client', '2024-11-05'],
	['ping', 'both', '2024-11-05'],
	['tools/list', 'client', '2024-11-05'],
	['tools/call', 'client', '2024-11-05', tool],
	['prompts/list', 'client', '2024-11-05'],
	['prompts/get', 'client', '2024-11-05', prompt],
	['resources/list', 'client', '2024-11-05'],
	['resources/templates/list', 'client', '2024-11-05'],
	['resources/read', 'client', '2024-11-05', resource],
	['resources/subscribe', 'client', '2024-11-05', resource],
	['resources/unsubscribe', 'client', '2024-11-05', resource],
	['completion/complete', 'client', '2024-11-05'],
	['logging/setLevel', 'client', '2024-11-05'],
	['roots/list', 'server', '2024-11-05'],
	['sampling/createMessage', 'server', '2024-11-05'],
	['elicitation/create', 'server', '2025-06-18'],
	['tasks/get', 'both', '2025-11-25'],
	['tasks/result', 'both', '2025-11-25'],
	['tasks/list', 'both', '2025-11-25'],
	['tasks/cancel', 'both', '2025-11-25'],
];

const NOTIFICATIONS: readonly Row[] = [
	['notifications/initialized', 'client', '2024-11-05'],
	['notifications/roots/list_changed', 'client', '2024-11-05'],
	['notifications/cancelled', 'both', '2024-11-05'],
	['notifications/progress', 'both', '2024-11-05'],
	['notifications/message', 'server', '2024-11-05'],
	['notifications/tools/list_changed', 'server', '2024-11-05'],
	['notifications/prompts/list_changed', 'server', '2024-11-05'],
	['notifications/resources/list_changed', 'server', '2024-11-05'],
	['notifications/resources/updated', 'server', '2024-11-05', resource],
	['notifications/elicitation/complete', 'server', '2025-11-25'],
	['notifications/tasks/status', 'both', '2025-11-25'],
];

/** Client requests that cannot wait: the session itself, or a wait of its own, hangs on them. */
const NEVER_HELD = new Set(['initialize', 'ping', 'server/discover', 'subscriptions/listen']);

const table = new Map<string, MethodInfo>();
for (const [rows, kind] of [
	[REQUESTS, 'request'],
	[NOTIFICATIONS, 'notification'],
] as const) {
	for (const [name, from, since, names] of rows) {
		const holdable = kind === 'request' && isHoldable(from === 'server' ? 'server' : 'client', kind, name);
		table.set(name, { name, from, kind, since, holdable, ...(names && { names }) });
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
