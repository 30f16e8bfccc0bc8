import { isUtf8 } from 'node:buffer';
import { splice } from '../../engine/mask/splice.ts';
import type { FrameLine, GatewayLine, Line, RejudgeLine } from '../../engine/recording/lines.ts';
import type { FindingCover } from './ports.ts';

/** A recorded line for people: bytes as they were delivered, with every finding masked (contract §3). */
export interface LineView {
	readonly type: Line['type'];
	readonly seq: number;
	readonly t: number;
	/** null: nothing was delivered. `withheld`: it was, but cannot be searched for secrets. */
	readonly delivered?: { readonly text: string } | { readonly withheld: string } | null;
	/** Detector types that were masked for this view, over what the policy masked. */
	readonly covered?: readonly string[];
	/** Only where somebody who may asked for it. */
	readonly received?: { readonly text: string } | { readonly base64: string };
	readonly [member: string]: unknown;
}

/**
 * `held`: the line that `line` judges again, if it is such a line. `received`: with the bytes as they came, unmasked;
 * whoever asks for that records it first.
 */
export function viewLine(
	line: Line,
	cover: FindingCover,
	options: { readonly held?: FrameLine; readonly received?: boolean } = {},
): LineView {
	switch (line.type) {
		case 'frame':
			return {
				...words(facts(line), cover),
				...delivered(line, line.bytes, cover),
				...(options.received ? { received: spell(line.bytes) } : {}),
			} as LineView;
		case 'gateway':
			return { ...words(facts(line), cover), ...own(line, cover) } as LineView;
		case 'rejudge':
			return { ...words(facts(line), cover), ...delivered(line, options.held?.bytes, cover) } as LineView;
		case 'event':
			return words(line, cover) as LineView;
	}
}

/** All of a line but its bytes and splices: replacements may hold parts of what they replace. */
function facts(line: FrameLine | GatewayLine | RejudgeLine): object {
	const { bytes: _, delivered, candidate, ...rest } = line as FrameLine;
	const { splices, ...said } = candidate ?? {};
	return {
		...rest,
		...(candidate === undefined ? {} : { candidate: { ...said, ...places(splices) } }),
		...places(delivered),
	};
}

function places(splices: FrameLine['delivered']): { readonly masked?: readonly object[] } {
	const masked = splices?.map(({ pointer, what }) => ({ pointer, what })) ?? [];
	return masked.length === 0 ? {} : { masked };
}

function delivered(
	line: FrameLine | RejudgeLine,
	received: Buffer | undefined,
	cover: FindingCover,
): Pick<LineView, 'delivered' | 'covered'> {
	if (line.delivered === null) return { delivered: null };
	if (received === undefined) return { delivered: { withheld: 'the frame that was held is not in the recording' } };
	const covered = cover.frame(splice(received, line.delivered ?? []));
	if (covered === undefined)
		return { delivered: { withheld: 'it cannot be searched for secrets, or has one where nothing is masked' } };
	return { delivered: { text: covered.text }, ...(covered.types.length > 0 ? { covered: covered.types } : {}) };
}

/** What the gateway wrote was cleaned before it left, and need not be a frame that a client could send. */
function own(line: GatewayLine, cover: FindingCover): Pick<LineView, 'delivered'> {
	const text = cover.frame(line.bytes)?.text ?? cover.text(line.bytes.toString('utf8'));
	return { delivered: { text } };
}

/** Messages of rules and reasons of people may quote what they are about. */
function words(value: object, cover: FindingCover): Record<string, unknown> {
	return clean(value, cover) as Record<string, unknown>;
}

function clean(value: unknown, cover: FindingCover): unknown {
	if (typeof value === 'string') return cover.text(value);
	if (Array.isArray(value)) return value.map((item) => clean(item, cover));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, clean(part, cover)]));
}

function spell(bytes: Buffer): { text: string } | { base64: string } {
	return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
}
