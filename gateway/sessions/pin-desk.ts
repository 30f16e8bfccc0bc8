import { SluiceError } from '../../engine/error.ts';
import type { Principal } from '../../engine/session/types.ts';
import type { Row } from '../store/table.ts';
import type { ListingRow, Pin } from './pin-rows.ts';
import type { Pins } from './pins.ts';

/**
 * How what was seen last compares with the pin: `same`, `changed`; `new`: there is no pin; `vanished`: the server does
 * not list it any more.
 */
export type ToolStatus = 'same' | 'changed' | 'new' | 'vanished';

/** A tool of a server, for operators. Times are Unix time, ns. */
export interface PinnedTool {
	readonly server: string;
	readonly tool: string;
	readonly status: ToolStatus;
	/** Absent if it is `new`. */
	readonly pin?: Pin;
	/** Absent if it was not listed since this is written down. */
	readonly seen?: { readonly hash: string; readonly at: bigint; readonly session: string };
}

/** The text of a definition; without `text` it is too long to be kept. */
export type DefinitionText = { readonly length: number; readonly text?: string };

/** One tool with its definitions. */
export interface ToolDefinitions extends PinnedTool {
	/** Absent: nobody kept it. */
	readonly pinnedText?: DefinitionText;
	readonly seenText?: DefinitionText;
}

/** A pin that was moved, or confirmed (`from` is `to`); without `from` there was none. */
export interface AcceptedTool {
	readonly server: string;
	readonly tool: string;
	readonly from?: string;
	readonly to: string;
}

/** Records that somebody accepts a definition; durable when it resolves. */
export type RecordAcceptance = (by: Principal, what: Readonly<Record<string, unknown>>) => Promise<void>;

/** Where operators look at tool definitions and take a change. */
export class PinDesk {
	readonly #pins: Pins;
	readonly #record: RecordAcceptance;

	constructor(pins: Pins, record: RecordAcceptance) {
		this.#pins = pins;
		this.#record = record;
	}

	/** By server and name. @throws SluiceError `ERR_TOOL_UNKNOWN` when nothing is known of `server` */
	list(server?: string): PinnedTool[] {
		const servers = server === undefined ? this.#servers() : [server];
		const tools = servers.flatMap((name) => this.#of(name));
		if (server !== undefined && tools.length === 0) {
			throw new SluiceError('ERR_TOOL_UNKNOWN', `no tool of a server \`${server}\` has been seen`, {
				help: '`sluice tools list` names the servers whose tools were seen',
			});
		}
		return tools;
	}

	/** @throws SluiceError `ERR_TOOL_UNKNOWN` */
	get(server: string, tool: string): ToolDefinitions {
		const found = this.list(server).find((one) => one.tool === tool);
		if (found === undefined) {
			throw new SluiceError('ERR_TOOL_UNKNOWN', `server \`${server}\` has listed no tool \`${tool}\``, {
				help: `\`sluice tools list ${server}\` shows those that it has`,
			});
		}
		const { texts } = this.#pins;
		const pinned = found.pin === undefined ? undefined : texts.get(server, found.pin.hash);
		const seen = found.seen === undefined ? undefined : texts.get(server, found.seen.hash);
		return {
			...found,
			...(pinned === undefined ? {} : { pinnedText: pinned }),
			...(seen === undefined ? {} : { seenText: seen }),
		};
	}

	/**
	 * Moves the pin of `tool` to the definition that was seen last, and remembers that somebody takes it for good; of a
	 * tool that has not changed only that. `hash`: of the definition that is meant. Nothing is done, and nothing
	 * given back, for what this was done for already.
	 * @throws SluiceError `ERR_TOOL_UNKNOWN`, `ERR_TOOL_CHANGED` when another definition was seen than `hash`
	 */
	async accept(server: string, tool: string, by: Principal, hash?: string): Promise<AcceptedTool | undefined> {
		const { pin, seen } = this.get(server, tool);
		const row = this.#pins.get(server, tool);
		const to = seen?.hash ?? pin!.hash;
		if (hash !== undefined && hash !== to) throw changed(server, tool, to);
		const from = row?.value.hash;
		if (from === to && row?.value.accepted !== undefined) return undefined;
		const accepted = { server, tool, ...(from === undefined ? {} : { from }), to };
		// First the record: an acceptance that nobody can find must not be in force.
		await this.#record(by, accepted);
		const moved = await this.#pins.move(server, tool, row, this.#next(row, seen, to, by));
		if (moved) return accepted;
		await this.#record(by, { ...accepted, taken: false });
		throw changed(server, tool, this.#pins.get(server, tool)?.value.hash ?? to);
	}

	#next(row: Row<Pin> | undefined, seen: PinnedTool['seen'], hash: string, { issuer, id }: Principal): Pin {
		const at = this.#pins.clock.now();
		const first = row?.value.hash === hash ? row.value : undefined;
		return {
			hash,
			session: first?.session ?? seen?.session ?? '',
			at: first?.at ?? at,
			accepted: { by: { issuer, id }, at },
		};
	}

	#servers(): string[] {
		return [...new Set([...this.#pins.servers(), ...this.#pins.listings.servers()])].sort();
	}

	#of(server: string): PinnedTool[] {
		const pins = this.#pins.rows(server);
		const seen = seenIn(this.#pins.listings.of(server));
		const names = [...new Set([...pins.keys(), ...seen.keys()])].sort();
		return names.map((tool) => {
			const pin = pins.get(tool);
			const { gone, ...last } = seen.get(tool) ?? {};
			return {
				server,
				tool,
				status: gone === true ? 'vanished' : statusOf(pin?.hash, last.hash),
				...(pin === undefined ? {} : { pin }),
				...(last.hash === undefined ? {} : { seen: last as NonNullable<PinnedTool['seen']> }),
			};
		});
	}
}

function statusOf(pin: string | undefined, seen: string | undefined): ToolStatus {
	if (pin === undefined) return 'new';
	return seen === undefined || seen === pin ? 'same' : 'changed';
}

interface Seen {
	readonly hash?: string;
	readonly at?: bigint;
	readonly session?: string;
	readonly gone?: boolean;
}

function seenIn(row: ListingRow | undefined): Map<string, Seen> {
	if (row === undefined) return new Map();
	return new Map<string, Seen>([
		...row.gone.map(([name, hash, at, session]) => [name, { hash, at, session, gone: true }] as const),
		...row.tools.map(([name, hash]) => [name, { hash, at: row.at, session: row.session }] as const),
	]);
}

function changed(server: string, tool: string, hash: string): SluiceError {
	return new SluiceError(
		'ERR_TOOL_CHANGED',
		`tool \`${tool}\` of server \`${server}\` has another definition now: ${hash.slice(0, 12)}`,
		{ help: 'look at it again with `sluice tools show`, then accept that' },
	);
}
