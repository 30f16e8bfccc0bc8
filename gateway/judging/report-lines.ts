import type { Clock } from '../clock.ts';
import type { DeskRun, Judged } from './desk.ts';
import type { Progress } from './judge-all.ts';
import type { Bundles, JudgementKind, JudgementRequest } from './request.ts';

/** Between two lines, ms: whoever waits, and whatever is in between, sees that something goes on. */
const EVERY_MS = 1000;

/** A line of the answer to a judgement request: any number of `progress`, then one of the others. */
export type ReportLine =
	| { readonly progress: Pick<Progress, 'sessions' | 'frames'> }
	| { readonly result: Judged }
	| { readonly error: unknown };

/** The answer to a request, line by line. It ends the run when nobody takes the next one. */
export async function* reportLines(
	run: DeskRun,
	asked: { readonly kind: JudgementKind; readonly request: JudgementRequest; readonly bundles: Bundles },
	clock: Clock,
): AsyncGenerator<ReportLine> {
	let done: Pick<Progress, 'sessions' | 'frames'> = { sessions: 0, frames: 0 };
	const judged = run
		.judge(asked.kind, asked.request, asked.bundles, ({ sessions, frames }) => {
			done = { sessions, frames };
		})
		.then(
			(result): ReportLine => ({ result }),
			(error: unknown): ReportLine => ({ error }),
		);
	try {
		for (;;) {
			const line = await Promise.race([judged, tick(clock)]);
			yield line ?? { progress: done };
			if (line !== undefined) return;
		}
	} finally {
		run.end();
	}
}

function tick(clock: Clock): Promise<undefined> {
	return new Promise((resolve) => clock.after(EVERY_MS, () => resolve(undefined)));
}
