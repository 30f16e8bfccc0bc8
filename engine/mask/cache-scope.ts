import type { Frame } from '../frame/frame.ts';
import { member } from '../frame/json.ts';
import type { Splice } from './splice.ts';

/**
 * The splices of a result, and one more that makes its `cacheScope` private: what one principal was shown must not come
 * out of a cache for another (MCP 2026-07-28, caching). Nothing where nothing was changed, or where no scope is said.
 */
export function keptPrivate(frame: Frame, splices: readonly Splice[]): readonly Splice[] {
	if (splices.length === 0 || frame.result === undefined) return splices;
	const scope = member(frame.result, 'cacheScope');
	if (scope?.type !== 'string' || scope.value === 'private') return splices;
	const { start, end } = scope;
	// It goes altogether: then nobody may cache it.
	if (splices.some((splice) => splice.start < start && splice.end >= end)) return splices;
	const own: Splice = { start, end, replacement: '"private"', pointer: '/result/cacheScope', what: 'cache-scope' };
	const others = splices.filter((splice) => splice.end <= start || splice.start >= end);
	return [...others, own].sort((a, b) => a.start - b.start);
}
