import type { Verdict } from '../../engine/policy/judgement.ts';
import type { Line } from '../../engine/recording/lines.ts';

/** What a list of sessions shows and the lines themselves would have to be read for. Kept up to date with every append. */
export interface Tally {
	readonly protocol?: string;
	readonly frames: number;
	readonly verdicts: Readonly<Record<Verdict, number>>;
	/** ns since start of the last line. */
	readonly last_t: number;
	/** Greatest `seq`; -1: none yet. */
	readonly last_seq: number;
	/** Lines of any type: a reader that finds fewer knows that some were taken away. */
	readonly lines: number;
	readonly closed: boolean;
}

export const EMPTY_TALLY: Tally = {
	frames: 0,
	verdicts: { allow: 0, mask: 0, hold: 0, deny: 0 },
	last_t: 0,
	last_seq: -1,
	lines: 0,
	closed: false,
};

/** What one line adds. Taken while the line is at hand, so that its bytes need not be kept. */
export interface Addition {
	readonly seq: number;
	readonly t: number;
	readonly frame: boolean;
	readonly verdict?: Verdict;
	readonly closed: boolean;
	readonly protocol?: string;
}

/** `protocolKnown`: the session's protocol revision need not be looked for any more. */
export function additionOf(line: Line, protocolKnown: boolean): Addition {
	const frame = line.type === 'frame';
	const protocol = frame && !protocolKnown ? protocolOf(line) : undefined;
	return {
		seq: line.seq,
		t: line.t,
		frame,
		...(frame && line.verdict !== undefined ? { verdict: line.verdict } : {}),
		closed: line.type === 'event' && line.event === 'closed',
		...(protocol === undefined ? {} : { protocol }),
	};
}

export function add(tally: Tally, addition: Addition): Tally {
	const { verdict, protocol } = addition;
	return {
		...tally,
		...(tally.protocol === undefined && protocol !== undefined ? { protocol } : {}),
		frames: tally.frames + (addition.frame ? 1 : 0),
		verdicts: verdict === undefined ? tally.verdicts : { ...tally.verdicts, [verdict]: tally.verdicts[verdict] + 1 },
		last_t: Math.max(tally.last_t, addition.t),
		last_seq: Math.max(tally.last_seq, addition.seq),
		lines: tally.lines + 1,
		// A line after the closing one means that the session was taken up again.
		closed: addition.closed,
	};
}

/** How far into a session an `initialize` result is looked for, and how big one may be. */
const EARLY = 16;
const SMALL = 1 << 20;

/** The revision that the server agreed to, where `line` is its answer to `initialize` (MCP, lifecycle). */
function protocolOf(line: Extract<Line, { type: 'frame' }>): string | undefined {
	if (line.from !== 'server' || line.seq > EARLY || line.bytes.length > SMALL) return undefined;
	if (!line.bytes.includes('protocolVersion')) return undefined;
	try {
		const message = JSON.parse(line.bytes.toString('utf8')) as { result?: { protocolVersion?: unknown } };
		const revision = message.result?.protocolVersion;
		return typeof revision === 'string' && revision.length <= 32 ? revision : undefined;
	} catch {
		return undefined;
	}
}
