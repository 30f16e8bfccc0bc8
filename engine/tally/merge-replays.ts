import { Distinct } from './distinct.ts';
import { Listing, type ReplayedSession, type ReplayShape, type ReplayTally, type Room } from './replay-tally.ts';

/** The tallies of sessions as the tally of them all; `listed` as each of them was made with. */
export function mergeReplays(tallies: Iterable<ReplayTally>, listed: Room): ReplayTally {
	const merger = new ReplayMerger(listed);
	for (const tally of tallies) merger.add(tally);
	return merger.tally();
}

/** Merges tallies one after the other, in the order of the sessions. */
export class ReplayMerger {
	readonly #listing: Listing;
	#frames = 0;
	#judged = 0;
	#changed = 0;
	readonly #shapes = new Distinct<ReplayShape>();
	readonly #sessions: ReplayedSession[] = [];

	constructor(listed: Room) {
		this.#listing = new Listing(listed);
	}

	get frames(): number {
		return this.#frames;
	}

	/** What is left to be told of at length. */
	get room(): Room {
		return this.#listing.room;
	}

	add(tally: ReplayTally): void {
		this.#frames += tally.frames;
		this.#judged += tally.judged;
		this.#changed += tally.changed;
		const shapes = tally.shapes.map((shape) => this.#shapes.indexOf(shape));
		for (const session of tally.sessions) {
			const frames = session.frames.map((number, i) => (i % 3 === 2 ? shapes[number]! : number));
			const items = session.items.filter(({ changed }) => this.#listing.take(changed));
			this.#sessions.push({ ...session, frames, items });
		}
	}

	tally(): ReplayTally {
		const { list } = this.#shapes;
		return {
			frames: this.#frames,
			judged: this.#judged,
			changed: this.#changed,
			shapes: list,
			sessions: this.#sessions,
		};
	}
}
