import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { exactJson } from '../exact-json.ts';
import { type Splice, splice } from '../mask/splice.ts';
import type { EventLine, FrameLine, GatewayLine, Line, RecordingHeader, RejudgeLine } from './lines.ts';

/** A whole session file; every line ends with a line feed. */
export function formatSession(header: RecordingHeader, lines: Iterable<Line>): string {
	const format = lineFormatter(header);
	let text = headerText(header);
	for (const line of lines) text += format(line);
	return text;
}

/** The header line, line feed included. */
export function headerText(header: RecordingHeader): string {
	const { id, version, started_ns, server, client, protocol, transport, principal, detectors, pins, ...more } = header;
	const { scrubbed, synthetic, exported, ...rest } = more;
	complete(rest);
	return json({
		sluice: 'session',
		version,
		id,
		// an exact integer: Unix time in ns does not fit a double
		started_ns,
		server,
		client,
		protocol,
		transport,
		principal,
		detectors,
		pins,
		scrubbed,
		synthetic,
		exported,
	});
}

/** Formats the lines of one session, one call a line in `seq` order, line feed included: for sessions too long for one text. */
export function lineFormatter(header: RecordingHeader): (line: Line) => string {
	/** What a later line at a release changes. */
	const held = new Map<number, Buffer>();
	return (line) => {
		switch (line.type) {
			case 'frame':
				if (line.verdict === 'hold') held.set(line.seq, line.bytes);
				return json(frame(line, header));
			case 'gateway':
				return json(gateway(line));
			case 'rejudge':
				return json(rejudge(line, held.get(line.rejudges)));
			case 'event':
				return json(event(line));
		}
	};
}

function frame(line: FrameLine, header: RecordingHeader): object {
	const { type: _, seq, t, from, bytes, delivered, principal, recent, answers, verdict, code, by, ...more } = line;
	const { reasons, labels, findings, revision, outcome, candidate, wire, ...rest } = more;
	complete(rest);
	return {
		seq,
		t,
		from,
		...spell(bytes),
		...spellDelivered(delivered, bytes),
		principal: isDeepStrictEqual(principal, header.principal) ? undefined : principal,
		verdict,
		code,
		by,
		reasons,
		labels,
		findings,
		recent,
		answers,
		revision,
		outcome,
		candidate,
		wire,
	};
}

function gateway(line: GatewayLine): object {
	const { type: _, seq, t, to, answers, bytes, ...rest } = line;
	complete(rest);
	return { seq, t, from: 'gateway', to, answers, ...spell(bytes) };
}

function rejudge(line: RejudgeLine, received: Buffer | undefined): object {
	const {
		type: _,
		seq,
		t,
		rejudges,
		verdict,
		code,
		reasons,
		labels,
		delivered,
		recent,
		revision,
		outcome,
		candidate,
		...rest
	} = line;
	complete(rest);
	const change = spellDelivered(delivered, received);
	return { seq, t, rejudges, verdict, code, reasons, labels, ...change, recent, revision, outcome, candidate };
}

function event(line: EventLine): object {
	const { type: _, seq, t, event, of, detail, ...rest } = line;
	complete(rest);
	return { seq, t, event, of, detail };
}

function spell(bytes: Buffer): { text: string } | { base64: string } {
	return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
}

/** The bytes for readers, the splices so that nothing of what masks said is lost. */
function spellDelivered(delivered: readonly Splice[] | null | undefined, received: Buffer | undefined): object {
	if (delivered === undefined) return {};
	if (delivered === null) return { delivered: null };
	return { delivered: received === undefined ? undefined : spell(splice(received, delivered)), splices: delivered };
}

function json(value: object): string {
	return `${exactJson(value)}\n`;
}

/** Fails to compile when a line has a member that is not written. */
function complete(_rest: Readonly<Record<string, never>>): void {}
