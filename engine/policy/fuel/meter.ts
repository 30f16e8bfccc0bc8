import { type MeteredBody, meterBody, sizeOfBody, writeBody } from './body.ts';
import { payingEntries, silentFunctions } from './calls.ts';
import { type Declarations, I32, readDeclarations } from './declarations.ts';
import { signedBytes, sizeOfUnsigned, writeUnsigned } from './leb.ts';
import { refuseModule } from './refusal.ts';
import { type Body, scanBody } from './scan.ts';
import { openSection, PREAMBLE, readSections, SECTION, type Section } from './sections.ts';

/** The export with what is left to burn: a mutable i32, below 0 once it has run out. */
export const FUEL_EXPORT = 'sluice_fuel';

/** The export of the C stack pointer: between two calls from outside it has the value it had after instantiation. */
export const STACK_POINTER_EXPORT = 'sluice_stack_pointer';

/**
 * What a new instance has before anybody fills it: enough for the start function, in which an OPA module reads a table
 * of all its functions (8 500 units for some 150 of them), too little to hang.
 */
export const START_FUEL = 10_000_000;

/** Index of LLVM's `__stack_pointer` among the globals of a linked C module. */
const STACK_POINTER = 0;
/** The alignment of the stack in the C ABI of WebAssembly. */
const STACK_ALIGNMENT = 16;

/**
 * Rewrites a module so that it cannot run for ever. A unit is taken from the global exported as `FUEL_EXPORT` for every
 * iteration of a loop (for two or four of a short innermost one), for every entry of a function that may call itself
 * through others or would let long stretches run unpaid, and for each 64 bytes of a bulk instruction; below 0 the module
 * traps (`unreachable`). The stack pointer is exported as `STACK_POINTER_EXPORT`, because a trap leaves it where it was.
 *
 * Indices of types, functions, globals and locals stay what they were, so all other sections are copied as they
 * are. The same module gives the same bytes. The only new behaviour is the trap.
 *
 * @throws {SluiceError} `ERR_MODULE_MALFORMED` for what is not valid WebAssembly, `ERR_MODULE_OPCODE` for an
 * instruction outside of MVP, sign extension, saturating truncation and bulk memory, `ERR_MODULE_FEATURE` for
 * anything else that OPA's modules do not have, `ERR_MODULE_EXPORT` where an export has one of our names,
 * `ERR_MODULE_STACK_POINTER` where global 0 cannot be the stack pointer
 */
export function meter(wasm: Uint8Array): Uint8Array {
	// Once it is valid in itself, nothing in it can name the global and the locals that we add.
	if (!WebAssembly.validate(wasm)) throw refuseModule('ERR_MODULE_MALFORMED', 'the module is not valid WebAssembly');
	const sections = readSections(wasm);
	const declarations = readDeclarations(wasm, sections);
	refuseOwnExports(declarations);
	checkStackPointer(declarations);
	const code = meterBodies(wasm, declarations, scanCode(wasm, sections));
	const replaced = new Map([
		[SECTION.global as number, addGlobal(wasm, sections)],
		[SECTION.export as number, addExports(wasm, sections, declarations.globals.length)],
	]);
	const codeSize = code.reduce((sum, metered) => sum + sized(sizeOfBody(metered)), sizeOfUnsigned(code.length));

	const out = new Uint8Array(sections.reduce((sum, section) => sum + sizeOf(section), PREAMBLE));
	out.set(wasm.subarray(0, PREAMBLE));
	let to = PREAMBLE;
	for (const section of sections) {
		const content = replaced.get(section.id);
		if (content === undefined && section.id !== SECTION.code) {
			out.set(wasm.subarray(section.from, section.end), to);
			to += section.end - section.from;
			continue;
		}
		out[to++] = section.id;
		to = writeUnsigned(out, to, content?.length ?? codeSize);
		if (content !== undefined) {
			out.set(content, to);
			to += content.length;
			continue;
		}
		to = writeUnsigned(out, to, code.length);
		for (const body of code) to = writeBody(out, to, wasm, body);
	}
	return out;

	function sizeOf({ id, from, end }: Section): number {
		if (id === SECTION.code) return 1 + sized(codeSize);
		const content = replaced.get(id);
		return content === undefined ? end - from : 1 + sized(content.length);
	}
}

/** `size` bytes and the size in front of them. */
function sized(size: number): number {
	return sizeOfUnsigned(size) + size;
}

function refuseOwnExports({ exports }: Declarations): void {
	const ours = exports.find((name) => name === FUEL_EXPORT || name === STACK_POINTER_EXPORT);
	if (ours !== undefined) throw refuseModule('ERR_MODULE_EXPORT', `the module already exports \`${ours}\``);
}

/**
 * The linker of LLVM makes `__stack_pointer` the first global, and in OPA's modules it is the only one that changes.
 * Nothing else can be it then. (OPA drops the names of globals, so there is no name to go by.)
 */
function checkStackPointer({ globals }: Declarations): void {
	const pointer = globals[STACK_POINTER];
	const changing = globals.filter(({ mutable }) => mutable).length;
	const { initial = 0 } = pointer ?? {};
	if (pointer?.type === I32 && pointer.mutable && changing === 1 && initial > 0 && initial % STACK_ALIGNMENT === 0)
		return;
	throw refuseModule('ERR_MODULE_STACK_POINTER', 'the first global of the module is not its stack pointer');
}

function scanCode(wasm: Uint8Array, sections: readonly Section[]): readonly Body[] {
	const cursor = openSection(wasm, sections, SECTION.code);
	return cursor === undefined ? [] : Array.from({ length: cursor.unsigned() }, () => scanBody(cursor));
}

function meterBodies(wasm: Uint8Array, declarations: Declarations, bodies: readonly Body[]): readonly MeteredBody[] {
	const { importedFunctions, tableMembers, globals, parameters, types } = declarations;
	const pays = payingEntries({ bodies, importedFunctions, tableMembers });
	const silent = silentFunctions({ bodies, importedFunctions, tableMembers }, pays);
	const mayPay = (callee: number | undefined): boolean =>
		callee === undefined || callee < importedFunctions || silent[callee - importedFunctions] === 0;
	return bodies.map((body, index) => {
		const calls = body.callsInLoops.filter(({ callee }) => mayPay(callee)).map(({ behind }) => behind);
		const reloads = [...new Set([...body.loops.map(({ at }) => at), ...calls])];
		const local = parameters[types[index]!]! + body.locals;
		const purse = { fuel: globals.length, left: local, scratch: local + 1 };
		return meterBody(wasm, body, purse, pays[index] === 1, reloads);
	});
}

/** The global section with the fuel behind the others (§5.5.9). */
function addGlobal(wasm: Uint8Array, sections: readonly Section[]): Uint8Array {
	return extend(wasm, sections, SECTION.global, 1, [I32, 0x01, 0x41, ...signedBytes(START_FUEL), 0x0b]);
}

/** The export section with ours behind the others (§5.5.10). */
function addExports(wasm: Uint8Array, sections: readonly Section[], fuel: number): Uint8Array {
	const entry = (name: string, index: number): number[] => {
		const bytes = [name.length, ...Buffer.from(name, 'latin1'), 0x03];
		const encoded = new Uint8Array(sizeOfUnsigned(index));
		writeUnsigned(encoded, 0, index);
		return [...bytes, ...encoded];
	};
	const entries = [...entry(FUEL_EXPORT, fuel), ...entry(STACK_POINTER_EXPORT, STACK_POINTER)];
	return extend(wasm, sections, SECTION.export, 2, entries);
}

/** The content of a section that is a vector, with `count` entries more. */
function extend(
	wasm: Uint8Array,
	sections: readonly Section[],
	id: number,
	count: number,
	entries: number[],
): Uint8Array {
	const cursor = openSection(wasm, sections, id);
	if (cursor === undefined) throw refuseModule('ERR_MODULE_FEATURE', 'the module exports nothing');
	const total = cursor.unsigned() + count;
	const before = cursor.bytes.subarray(cursor.at);
	const content = new Uint8Array(sizeOfUnsigned(total) + before.length + entries.length);
	const at = writeUnsigned(content, 0, total);
	content.set(before, at);
	content.set(entries, at + before.length);
	return content;
}
