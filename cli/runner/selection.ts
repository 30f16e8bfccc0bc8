import { SluiceError } from '../../engine/error.ts';
import { parseDuration } from '../../engine/policy/duration.ts';
import type { Verdict } from '../../engine/policy/judgement.ts';
import { parseRfc3339 } from '../../engine/policy/rfc3339.ts';
import type { FrameFilter } from '../../engine/tally/frame-filter.ts';
import type { SessionFilter } from '../../gateway/judging/place.ts';
import type { Shell } from '../shell.ts';
import type { StorePlace } from './local-store.ts';

/** Which recorded sessions are judged, and which of their frames are reported. */
export interface Selection extends StorePlace {
	/** SESSION arguments. */
	readonly sessions: readonly string[];
	/** Every session of the store. */
	readonly all?: boolean;
	/** RFC 3339, a date, or how long ago. */
	readonly since?: string;
	readonly until?: string;
	readonly principal?: readonly string[];
	readonly server?: readonly string[];
	readonly tool?: readonly string[];
	readonly verdict?: readonly Verdict[];
}

/** The filters of a selection. @throws SluiceError `ERR_USAGE` for a time that is none */
export function filtersOf(
	selection: Selection,
	shell: Shell,
): { readonly sessions: SessionFilter; readonly frames: FrameFilter } {
	const { since, until, principal, server, tool, verdict } = selection;
	return {
		sessions: {
			...(since === undefined ? {} : { since: moment('--since', since, shell) }),
			...(until === undefined ? {} : { until: moment('--until', until, shell) }),
			...(principal === undefined ? {} : { principals: principal }),
			...(server === undefined ? {} : { servers: server }),
		},
		frames: {
			...(tool === undefined ? {} : { tools: tool }),
			...(verdict === undefined ? {} : { verdicts: verdict }),
		},
	};
}

/** The filters as they were given: `--server db --tool query`; empty: none. */
export function spellFilters({ since, until, principal, server, tool, verdict }: Selection): string {
	const given = Object.entries({ since, until, principal, server, tool, verdict });
	return given.flatMap(([name, value]) => [value ?? []].flat().map((one) => `--${name} ${one}`)).join(' ');
}

/** Unix ns. */
function moment(option: string, text: string, shell: Shell): bigint {
	const date = parseRfc3339(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
	if (date !== undefined) return date;
	try {
		return shell.clock.now() - parseDuration(text);
	} catch (cause) {
		throw new SluiceError('ERR_USAGE', `\`${option}\` takes a time, and \`${text}\` is none`, {
			help: 'write 2026-03-01, 2026-03-01T09:30:00Z, or how long ago: 24h, 7d',
			cause,
		});
	}
}
