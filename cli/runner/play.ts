import type { Line } from '../../engine/recording/lines.ts';
import { type Ink, paint } from '../output/paint.ts';
import { spellSince, spellTime } from '../output/time.ts';
import { clip, wrap } from '../output/wrap.ts';
import type { Shell } from '../shell.ts';
import type { StorePlace } from './local-store.ts';
import { eachSession } from './session-argument.ts';
import { type ShownLine, shownLine } from './sessions.ts';

export interface PlayRequest extends StorePlace {
	readonly session: string;
	/** 1: as it happened; only on a terminal anything is waited for. */
	readonly speed: number;
	/** First `seq` to show. */
	readonly at: number;
}

/** Longest silence that is sat through, ms. */
const LONGEST = 3000;
/** Lines of a message that are shown. */
const MOST = 12;

/** Shows a recorded session as it happened: as delivered, every finding masked. */
export async function runPlay(request: PlayRequest, shell: Shell): Promise<void> {
	await eachSession([request.session], request, shell, async ({ name, header, lines }) => {
		const who = `${header.principal.id} → ${header.server.name}`;
		await shell.out(
			`${paint('bold', clip(`${name}  ${who}  ${spellTime(header.started_ns)}`, shell.width), shell.color)}\n`,
		);
		let t: number | undefined;
		for await (const line of lines()) {
			if (line.seq < request.at) continue;
			if (shell.stopped.aborted) return;
			if (shell.terminal && t !== undefined) await pause((line.t - t) / 1e6 / request.speed, shell);
			t = line.t;
			await shell.out(spell(line, shell));
		}
	});
}

function pause(ms: number, shell: Shell): Promise<void> {
	if (ms < 1) return Promise.resolve();
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, Math.min(ms, LONGEST));
		shell.stopped.addEventListener(
			'abort',
			() => {
				clearTimeout(timer);
				resolve();
			},
			{ once: true },
		);
	});
}

const ARROWS: Readonly<Record<string, string>> = { client: '→', server: '←', gateway: '◆', event: '·' };
const INKS: Readonly<Record<string, Ink>> = { allow: 'green', mask: 'yellow', hold: 'yellow', deny: 'red' };

function spell(line: Line, shell: Shell): string {
	const shown = shownLine(line);
	const verdict =
		shown.verdict === undefined ? '' : `  ${paint(INKS[shown.verdict] ?? 'dim', shown.verdict, shell.color)}`;
	const rules = shown.rules === undefined ? '' : ` ${shown.rules.join(', ')}`;
	const outcome = shown.outcome === undefined || shown.outcome === 'forwarded' ? '' : ` (${shown.outcome})`;
	const head = `${spellSince(shown.t).padStart(9)} ${String(shown.seq).padStart(4)} ${ARROWS[shown.from] ?? ' '} `;
	const first = `${head}${clip(shown.what, shell.width - head.length)}\n`;
	const said = `${verdict}${rules}${outcome}`;
	return `${first}${said === '' ? '' : `${' '.repeat(15)}${said}\n`}${body(line, shown, shell)}`;
}

function body(line: Line, { text }: ShownLine, shell: Shell): string {
	if (line.type !== 'frame' && line.type !== 'gateway') return '';
	const indent = ' '.repeat(17);
	if (text === undefined) return `${indent}${paint('dim', 'nothing was delivered', shell.color)}\n`;
	const lines = wrap(text, shell.width - indent.length).split('\n');
	const more = lines.length > MOST ? [`… ${lines.length - MOST} more lines`] : [];
	return [...lines.slice(0, MOST), ...more].map((l) => `${indent}${paint('dim', l, shell.color)}\n`).join('');
}
