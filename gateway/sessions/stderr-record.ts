import { type FindingCover, findingCover } from '../../engine/cover.ts';
import { createDetector } from '../../engine/detect/detector.ts';
import type { EventLine } from '../../engine/recording/lines.ts';
import { publish } from '../telemetry/channels.ts';

/** What is kept of one session's stderr as it comes. */
const MOST_LINES = 1_000;
const MOST_CHARACTERS = 262_144;
/** Beyond that, the last lines are kept for its end: they say why a process died. */
const LAST_LINES = 100;

/** As much of a session as is needed here. */
interface Recording {
	readonly header: { readonly server: { readonly name: string } };
	mark(): { readonly seq: number; readonly t: number };
	record(lines: readonly EventLine[]): Promise<void>;
}

/**
 * What a server's process writes to its stderr, as evidence in the record of its session: as it was, sealed like
 * everything there, and bounded. The log gets it with findings masked.
 */
export class StderrRecord {
	readonly #session: Recording;
	#lines = 0;
	#characters = 0;
	#pending: string[] = [];
	#last: string[] = [];
	#omitted = 0;
	#writing: Promise<void> | undefined;
	#closed = false;

	constructor(session: Recording) {
		this.#session = session;
	}

	note(line: string): void {
		if (this.#closed) return;
		this.#lines++;
		this.#characters += line.length;
		if (this.#lines > MOST_LINES || this.#characters > MOST_CHARACTERS) {
			this.#last.push(line);
			if (this.#last.length <= LAST_LINES) return;
			this.#last.shift();
			this.#omitted++;
			return;
		}
		this.#pending.push(line);
		// What comes in one go is one line of the record: a trace, or a key that stands on several lines.
		this.#writing ??= this.#write().finally(() => {
			this.#writing = undefined;
		});
	}

	/** Nothing more will come: what is not written yet is. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#writing;
		if (this.#last.length > 0) await this.#take(this.#last.splice(0), this.#omitted);
	}

	async #write(): Promise<void> {
		while (this.#pending.length > 0) {
			await new Promise<void>((resolve) => setImmediate(resolve));
			await this.#take(this.#pending.splice(0), 0);
		}
	}

	async #take(lines: readonly string[], omitted: number): Promise<void> {
		const text = lines.join('\n');
		const detail = { text, ...(omitted === 0 ? {} : { omitted }) };
		const server = this.#session.header.server.name;
		for (const line of covered(text).split('\n')) publish('stderr', { server, line });
		// Nothing is forwarded because of it, so nothing is withheld when it cannot be recorded.
		await this.#session.record([{ type: 'event', ...this.#session.mark(), event: 'stderr', detail }]).catch(() => {});
	}
}

let cover: FindingCover | undefined;

function covered(text: string): string {
	cover ??= findingCover(createDetector({ detectors: ['secrets', 'pii'] }));
	return cover.text(text);
}
