import type { SluiceError } from '../../error.ts';
import type { Cursor } from './leb.ts';
import { IMMEDIATE, IMMEDIATES, nameOf, prefixed } from './opcodes.ts';
import { refuseModule } from './refusal.ts';

/** One function body (WebAssembly Core Specification 2.0, §5.5.13). Offsets are those of the module. */
export interface Body {
	/** Number of local declarations, each of one or more locals. */
	readonly localGroups: number;
	/** Offset of the first of them. */
	readonly localsAt: number;
	/** Locals without parameters. */
	readonly locals: number;
	/** Offset of the first instruction. */
	readonly codeAt: number;
	readonly end: number;
	/** Ascending by where they begin. */
	readonly loops: readonly Loop[];
	/** Calls inside of loops: the offset behind each, and who is called (undefined: a member of a table); ascending. */
	readonly callsInLoops: readonly CallInLoop[];
	/** Offsets of instructions that work on as many bytes as the top of the stack says; ascending. */
	readonly bulks: readonly number[];
	/** Indices of the functions called, once for each call. */
	readonly calls: readonly number[];
	readonly indirectCalls: number;
	readonly instructions: number;
}

/** A `loop` instruction. */
export interface Loop {
	/** Its offset. */
	readonly at: number;
	/** Offset behind its block type: where an iteration begins. */
	readonly from: number;
	/** Offset of its `end`. */
	readonly end: number;
	/** No other loop is in it. */
	readonly innermost: boolean;
	/** Its branches to what is outside of it, if it is an innermost one; ascending. */
	readonly outward: readonly Label[];
}

/** A label as an instruction has it. */
export interface Label {
	readonly at: number;
	readonly behind: number;
	/** How many blocks out, from where it stands. */
	readonly depth: number;
}

interface OpenLoop {
	readonly at: number;
	readonly from: number;
	end: number;
	innermost: boolean;
	readonly outward: Label[];
	/** How many blocks are open in it and around it. */
	readonly depth: number;
}

export interface CallInLoop {
	readonly behind: number;
	readonly callee: number | undefined;
}

const NOTHING: readonly never[] = [];

const END = 0x0b;

/**
 * Reads one body at `cursor`, its size included.
 *
 * @throws {SluiceError} `ERR_MODULE_OPCODE` for an instruction it does not know, `ERR_MODULE_FEATURE` for a form of
 * a known one that it does not know
 */
export function scanBody(cursor: Cursor): Body {
	const size = cursor.unsigned();
	const end = cursor.at + size;
	const localGroups = cursor.unsigned();
	const localsAt = cursor.at;
	let locals = 0;
	for (let i = 0; i < localGroups; i++) {
		locals += cursor.unsigned();
		cursor.byte();
	}
	const codeAt = cursor.at;
	let loops: OpenLoop[] | undefined;
	let callsInLoops: CallInLoop[] | undefined;
	let bulks: number[] | undefined;
	let calls: number[] | undefined;
	let indirectCalls = 0;
	let instructions = 0;
	// Most instructions are passed over here: this is nearly all of the time that metering takes.
	const { bytes } = cursor;
	if (end > bytes.length) throw refuseModule('ERR_MODULE_MALFORMED', 'the module ends inside a function');
	// How deep in blocks, and which loops are around.
	let depth = 0;
	const open: OpenLoop[] = [];
	const label = (): void => {
		const from = cursor.at;
		const to = cursor.unsigned();
		const loop = open.at(-1);
		if (loop?.innermost && to > depth - loop.depth) loop.outward.push({ at: from, behind: cursor.at, depth: to });
	};
	let at = codeAt;
	while (at < end) {
		const opcode = bytes[at++]!;
		instructions++;
		const kind = IMMEDIATES[opcode];
		if (kind === IMMEDIATE.none) {
			if (opcode === END) {
				if (open.at(-1)?.depth === depth) open.pop()!.end = at - 1;
				depth--;
			}
			continue;
		}
		if (kind === IMMEDIATE.integer) {
			while (bytes[at++]! >= 0x80);
			continue;
		}
		cursor.at = at;
		switch (kind) {
			case IMMEDIATE.memory:
				// Bit 6 says that the index of a memory follows.
				if (cursor.unsigned() >= 0x40) throw severalMemories();
				cursor.skipInteger();
				break;
			case IMMEDIATE.block:
				blockType(cursor);
				depth++;
				break;
			case IMMEDIATE.loop:
				blockType(cursor);
				if (open.length > 0) open.at(-1)!.innermost = false;
				open.push({ at: at - 1, from: cursor.at, end: 0, innermost: true, outward: [], depth: ++depth });
				loops ??= [];
				loops.push(open.at(-1)!);
				break;
			case IMMEDIATE.call:
				calls ??= [];
				calls.push(cursor.unsigned());
				if (open.length > 0) {
					callsInLoops ??= [];
					callsInLoops.push({ behind: cursor.at, callee: calls.at(-1) });
				}
				break;
			case IMMEDIATE.callIndirect:
				cursor.skipInteger();
				cursor.skipInteger();
				indirectCalls++;
				if (open.length > 0) {
					callsInLoops ??= [];
					callsInLoops.push({ behind: cursor.at, callee: undefined });
				}
				break;
			case IMMEDIATE.labels:
				for (let left = cursor.unsigned(); left >= 0; left--) label();
				break;
			case IMMEDIATE.label:
				label();
				break;
			case IMMEDIATE.bytes8:
				cursor.at += 8;
				break;
			case IMMEDIATE.bytes4:
				cursor.at += 4;
				break;
			case IMMEDIATE.zero:
				if (cursor.unsigned() !== 0) throw severalMemories();
				break;
			case IMMEDIATE.prefix: {
				const second = cursor.unsigned();
				const bulk = prefixed(second);
				if (bulk === undefined) throw refuseOpcode(opcode, second);
				for (let left = bulk.indices; left > 0; left--) cursor.skipInteger();
				if (bulk.lengthOnTop) {
					bulks ??= [];
					bulks.push(at - 1);
				}
				break;
			}
			default:
				throw refuseOpcode(opcode);
		}
		at = cursor.at;
	}
	cursor.at = at;
	if (at !== end) throw refuseModule('ERR_MODULE_MALFORMED', 'an instruction reaches over the end of its function');
	return {
		localGroups,
		localsAt,
		locals,
		codeAt,
		end,
		loops: loops ?? NOTHING,
		callsInLoops: callsInLoops ?? NOTHING,
		bulks: bulks ?? NOTHING,
		calls: calls ?? NOTHING,
		indirectCalls,
		instructions,
	};
}

/** Names an instruction that the rewriter does not know. */
export function refuseOpcode(opcode: number, second?: number): SluiceError {
	const number = [opcode, ...(second === undefined ? [] : [second])].map((n) => `0x${n.toString(16).padStart(2, '0')}`);
	const name = nameOf(opcode, second);
	const what = name === undefined ? `\`${number.join(' ')}\`` : `\`${name}\` (${number.join(' ')})`;
	return refuseModule('ERR_MODULE_OPCODE', `the module has the instruction ${what}, which cannot be metered`);
}

/** §5.4.1: empty or one number type. A type index gives blocks with parameters, which OPA never makes. */
function blockType(cursor: Cursor): void {
	const type = cursor.byte();
	if (type !== 0x40 && (type < 0x7c || type > 0x7f)) {
		throw refuseModule('ERR_MODULE_FEATURE', `the module has a block of the type \`0x${type.toString(16)}\``);
	}
}

function severalMemories(): SluiceError {
	return refuseModule('ERR_MODULE_FEATURE', 'the module has several memories');
}
