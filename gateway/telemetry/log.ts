import type { Writable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { type Happenings, subscribe } from './channels.ts';

/** Severities, least first. */
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];

export interface LogOptions {
	/** Usually stderr: stdout belongs to the ready line, or to the protocol. */
	readonly stream: Writable;
	/** `log.level` of the configuration; `silent` writes nothing. */
	readonly level: Level | 'silent';
	/** `json`: one object a line; `text`: for people. */
	readonly format: 'json' | 'text';
	readonly clock: Pick<Clock, 'now'>;
}

export interface Log {
	/** A line that is not about the data path: started, stopping, migrated. */
	write(level: Level, event: string, facts?: Facts): void;
	/** Stops listening. The stream stays open. */
	close(): void;
}

type Fact = string | number | boolean | readonly string[] | undefined;
type Facts = Readonly<Record<string, Fact>>;

/** Longest text of one fact, characters: names of methods and tools are chosen by strangers. */
const LONGEST = 2000;

/** Starts writing what happens in the data path. No line ever holds a value from a frame (see `channels.ts`). */
export function startLog({ stream, level, format, clock }: LogOptions): Log {
	const least = level === 'silent' ? LEVELS.length : LEVELS.indexOf(level);
	const spell = format === 'json' ? jsonLine : textLine;
	let dropped = 0;
	const put = (at: Level, event: string, facts: Facts) => stream.write(spell(clock.now(), at, event, facts));
	const write = (at: Level, event: string, facts: Facts = {}) => {
		if (LEVELS.indexOf(at) < least) return;
		// A reader that does not keep up loses lines, counted; it never makes the gateway wait or grow.
		if (stream.writableNeedDrain && at !== 'error') {
			dropped++;
			return;
		}
		if (dropped > 0) put('warn', 'log lines dropped', { count: dropped });
		dropped = 0;
		put(at, event, facts);
	};
	// A closed pipe is no reason to stop serving.
	const ignore = () => {};
	stream.on('error', ignore);
	const stops = (Object.keys(LINES) as (keyof Happenings)[])
		.filter((what) => LEVELS.indexOf(loudest(what)) >= least)
		.map((what) => follow(what, write));
	return {
		write,
		close() {
			for (const stop of stops) stop();
			stream.off('error', ignore);
		},
	};
}

type Described = readonly [level: Level, event: string, facts: Facts];

/** How each happening is told. */
const LINES: { readonly [K in keyof Happenings]: (happening: Happenings[K]) => Described } = {
	frame: ({ verdict, from, kind, session, seq, server, method, rules, code, bytes, masked, judgeNs, recordNs }) => [
		verdict === 'deny' || verdict === 'hold' ? 'info' : 'debug',
		'frame',
		{
			verdict,
			server,
			from,
			kind,
			method,
			rules,
			code,
			masked,
			bytes,
			session,
			seq,
			judge_us: us(judgeNs),
			record_us: us(recordNs),
		},
	],
	refusal: ({ code, server, remote, status }) => ['info', 'refused', { code, status, server, remote }],
	approval: ({ id, state, server, tool, waitedNs }) => [
		'info',
		'approval',
		{ id, state, server, tool, waited_ms: Math.round(waitedNs / 1e6) },
	],
	policy: ({ ok, revision, message }) =>
		ok ? ['info', 'policy in force', { revision }] : ['error', 'policy not taken', { message, revision }],
	candidatePolicy: ({ ok, revision, message }) =>
		ok ? ['info', 'candidate is judged beside', { revision }] : ['warn', 'candidate not taken', { message }],
	candidate: ({ verdict, live, differs, revision, session, seq, server }) => [
		differs ? 'info' : 'debug',
		'candidate',
		{ verdict, live, server, session, seq, revision },
	],
	session: ({ id, server, what, why }) => ['info', `session ${what}`, { id, server, why }],
	recorder: ({ healthy, message }) =>
		healthy ? ['info', 'recorder writes again', { message }] : ['error', 'recorder cannot write', { message }],
	stderr: ({ server, line }) => ['info', 'stderr', { server, line }],
	trouble: ({ code, message }) => ['warn', 'trouble', { code, message }],
};

/** The loudest line a happening can make: what is never written is not subscribed to, so it costs nothing. */
function loudest(what: keyof Happenings): Level {
	if (what === 'policy' || what === 'recorder') return 'error';
	return what === 'trouble' || what === 'candidatePolicy' ? 'warn' : 'info';
}

function follow<K extends keyof Happenings>(what: K, write: Log['write']): () => void {
	const describe = LINES[what];
	return subscribe(what, (happening) => write(...describe(happening)));
}

function jsonLine(now: bigint, level: Level, event: string, facts: Facts): string {
	const line: Record<string, unknown> = { time: time(now), level, event };
	for (const [name, fact] of present(facts)) line[name] = typeof fact === 'string' ? fact.slice(0, LONGEST) : fact;
	return `${visible(JSON.stringify(line))}\n`;
}

/** `12:00:01.234 info  policy in force  revision=3f2a…`; anything but a plain word is quoted. */
function textLine(now: bigint, level: Level, event: string, facts: Facts): string {
	const words = present(facts).map(([name, fact]) => ` ${name}=${spellFact(fact)}`);
	return `${time(now).slice(11, 23)} ${level.padEnd(5)} ${event}${words.length > 0 ? ' ' : ''}${words.join('')}\n`;
}

function spellFact(fact: Exclude<Fact, undefined>): string {
	if (typeof fact === 'number' || typeof fact === 'boolean') return String(fact);
	const text = typeof fact === 'string' ? fact.slice(0, LONGEST) : fact.join(',');
	return /^[A-Za-z0-9_.:/@,*+-]+$/.test(text) ? text : visible(JSON.stringify(text));
}

function present(facts: Facts): [string, Exclude<Fact, undefined>][] {
	return Object.entries(facts).filter(
		(entry): entry is [string, Exclude<Fact, undefined>] =>
			entry[1] !== undefined && !(Array.isArray(entry[1]) && entry[1].length === 0),
	);
}

/**
 * JSON with the characters escaped that steer a terminal or reorder text: C1 controls, DEL, bidirectional marks, line
 * separators, zero-width ones. (JSON.stringify has escaped C0 controls and lone surrogates.)
 */
function visible(json: string): string {
	return json.replace(
		/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

function time(ns: bigint): string {
	return new Date(Number(ns / 1_000_000n)).toISOString();
}

function us(ns: number): number {
	return Math.round(ns / 1000);
}
