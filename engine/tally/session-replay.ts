import { maskedPointers, rulesBehind } from '../policy/verdict-words.ts';
import type { RecordingHeader } from '../recording/lines.ts';
import type { Replayed } from '../replay.ts';
import { Distinct } from './distinct.ts';
import { countsFrame, type FrameFilter } from './frame-filter.ts';
import { Listing, type ReplayItem, type ReplayShape, type ReplayTally, type Room } from './replay-tally.ts';

/** What is worth telling of a frame, as it may be shown. */
export type DescribeReplayed = (
	replayed: Replayed,
	drift: string | undefined,
) => Pick<ReplayItem, 'frame' | 'message' | 'detail' | 'rule'>;

export interface SessionReplayOptions {
	readonly filter?: FrameFilter;
	readonly describe: DescribeReplayed;
	/** In which way a judgement is not what was recorded; undefined: it is. */
	readonly drift: (replayed: Replayed) => string | undefined;
	readonly listed: Room;
}

/** Folds the frames of one session, in their order, into its tally. */
export class SessionReplay {
	readonly #header: RecordingHeader;
	readonly #options: SessionReplayOptions;
	readonly #listing: Listing;
	#frames = 0;
	#judged = 0;
	#changed = 0;
	readonly #shapes = new Distinct<ReplayShape>();
	readonly #rows: number[] = [];
	readonly #items: ReplayItem[] = [];

	constructor(header: RecordingHeader, options: SessionReplayOptions) {
		this.#header = header;
		this.#options = options;
		this.#listing = new Listing(options.listed);
	}

	get frames(): number {
		return this.#frames;
	}

	add(replayed: Replayed): void {
		const { line, rejudge, status } = replayed;
		if (!countsFrame(this.#options.filter ?? {}, line, [replayed])) return;
		this.#frames++;
		if (status === 'judged') this.#judged++;
		const drift = this.#options.drift(replayed);
		const changed = drift !== undefined;
		if (changed) this.#changed++;
		const seq = rejudge?.seq ?? line.seq;
		this.#rows.push(seq, rejudge === undefined ? 0 : line.seq, this.#shapes.indexOf(shapeOf(replayed, changed)));
		if (!this.#listing.take(changed)) return;
		const place = { seq, ...(rejudge === undefined ? {} : { rejudges: line.seq }), from: line.from, status, changed };
		this.#items.push({ ...place, ...this.#options.describe(replayed, drift) });
	}

	/** `name`: how the session is called in reports. */
	tally(name: string): ReplayTally {
		const { id, server } = this.#header;
		const session = { id, name, server: server.name, frames: this.#rows, items: this.#items };
		return {
			frames: this.#frames,
			judged: this.#judged,
			changed: this.#changed,
			shapes: this.#shapes.list,
			sessions: this.#rows.length === 0 ? [] : [session],
		};
	}
}

function shapeOf({ line, rejudge, status, judgement }: Replayed, changed: boolean): ReplayShape {
	return {
		from: line.from,
		status,
		...(judgement === undefined
			? {}
			: {
					verdict: judgement.verdict,
					rules: rulesBehind(judgement),
					...(judgement.code === undefined ? {} : { code: judgement.code }),
					masked: maskedPointers(judgement),
					revision: judgement.revision,
				}),
		recorded: (rejudge ?? line).verdict ?? null,
		changed,
	};
}
