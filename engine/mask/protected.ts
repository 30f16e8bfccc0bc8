import { RESERVED_META } from '../frame/members.ts';

/** A step of a JSON Pointer: a key or an index. */
export type Step = string | number;

/** Any index. */
const EACH = Symbol('each');

/**
 * What no mask touches, because the protocol would break or somebody would be led astray (contract §1): the
 * envelope, opaque state, cursors, progress tokens and task ids, where the schemas put them.
 */
const PROTECTED: readonly (readonly (string | typeof EACH)[])[] = [
	['jsonrpc'],
	['id'],
	['method'],
	['params', 'requestState'],
	['params', 'cursor'],
	['params', 'progressToken'],
	['params', '_meta', 'progressToken'],
	['params', 'taskId'],
	['params', 'notifications', 'taskIds', EACH],
	['result', 'requestState'],
	['result', 'nextCursor'],
	['result', '_meta', 'progressToken'],
	['result', 'taskId'],
	['result', 'task', 'taskId'],
	['result', 'tasks', EACH, 'taskId'],
];

/** Names that a path must not end in after `..`: nobody could say whether it means the protocol's member. */
const NAMES: ReadonlySet<string> = new Set([
	'requestState',
	'cursor',
	'nextCursor',
	'progressToken',
	'taskId',
	'taskIds',
]);

/** Whether the member at `steps` of a message, or one it stands in, is out of bounds for masks. */
export function isProtected(steps: readonly Step[], method: string | undefined): boolean {
	if (steps.some((step) => typeof step === 'string' && step.startsWith(RESERVED_META))) return true;
	if (method === 'notifications/cancelled' && steps[0] === 'params' && steps[1] === 'requestId') return true;
	return PROTECTED.some(
		(pattern) =>
			pattern.length <= steps.length &&
			pattern.every((part, i) => (part === EACH ? typeof steps[i] === 'number' : part === steps[i])),
	);
}

/** What one segment of a path names: `names` as written, `any` if it also selects without naming. */
export interface SegmentNames {
	readonly descendant: boolean;
	readonly names: readonly string[];
	readonly any: boolean;
}

/** The protected member that a path names outright, if it does. */
export function protectedByName(segments: readonly SegmentNames[]): string | undefined {
	for (const { names } of segments) {
		const reserved = names.find((name) => name.startsWith(RESERVED_META));
		if (reserved !== undefined) return reserved;
	}
	const last = segments.at(-1);
	if (last?.descendant) return last.names.find((name) => NAMES.has(name));
	const found = PROTECTED.find(
		(pattern) =>
			pattern.length <= segments.length &&
			pattern.every((part, i) => {
				const segment = segments[i] as SegmentNames;
				return !segment.descendant && (part === EACH ? segment.any : segment.names.includes(part));
			}),
	);
	return found?.at(-1)?.toString();
}
