import type { EventLine } from '../recording/lines.ts';

/**
 * The pins that an event `pinned` of a session brings into force, in the order of their names: `detail.pins` is an
 * object, tool name → hash of its definition. What else stands there (a hand-written file may say anything) is none.
 */
export function repinned({ detail }: Pick<EventLine, 'detail'>): readonly (readonly [tool: string, hash: string])[] {
	const pins = detail?.pins;
	if (typeof pins !== 'object' || pins === null || Array.isArray(pins)) return [];
	const pairs = Object.entries(pins).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
	return pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
