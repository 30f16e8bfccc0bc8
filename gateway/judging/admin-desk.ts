import type { JudgementDesk } from '../admin/ports.ts';
import type { Clock } from '../clock.ts';
import type { JudgingDesk } from './desk.ts';
import { reportLines } from './report-lines.ts';
import { JUDGEMENTS, type JudgementKind, REQUEST_BYTES, unpackRequest } from './request.ts';

/** The desk as the admin API sees it. */
export function judgementDesk(desk: JudgingDesk, clock: Clock): JudgementDesk {
	return {
		kinds: JUDGEMENTS,
		bodyLimit: REQUEST_BYTES,
		admit(by, name, body) {
			const kind = name as JudgementKind;
			const asked = unpackRequest(kind, Buffer.isBuffer(body) ? body : Buffer.alloc(0));
			const run = desk.admit(by);
			return { lines: reportLines(run, { kind, ...asked }, clock), end: () => run.end() };
		},
	};
}
