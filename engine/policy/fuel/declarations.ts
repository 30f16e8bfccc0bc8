import type { Cursor } from './leb.ts';
import { refuseModule } from './refusal.ts';
import { refuseOpcode } from './scan.ts';
import { openSection, SECTION, type Section } from './sections.ts';

/** What the rewriter must know of a module besides its code. */
export interface Declarations {
	/** Parameters of each function type. */
	readonly parameters: readonly number[];
	/** Functions that the host supplies: they have the first indices. */
	readonly importedFunctions: number;
	/** Type index of each function that the module defines. */
	readonly types: readonly number[];
	readonly globals: readonly Global[];
	readonly exports: readonly string[];
	/** Indices of all functions that can be in a table: `call_indirect` may reach each of them. */
	readonly tableMembers: readonly number[];
}

/** A global that the module defines. */
export interface Global {
	readonly type: number;
	readonly mutable: boolean;
	/** The value where it is an `i32.const`. */
	readonly initial: number | undefined;
}

/** `i32` (WebAssembly Core Specification 2.0, §5.3.1). */
export const I32 = 0x7f;

/**
 * Reads all sections but code and data of a valid module.
 *
 * @throws {SluiceError} `ERR_MODULE_FEATURE`, `ERR_MODULE_OPCODE`
 */
export function readDeclarations(bytes: Uint8Array, sections: readonly Section[]): Declarations {
	const each = (id: number, read: (cursor: Cursor) => void): void => {
		const cursor = openSection(bytes, sections, id);
		if (cursor === undefined) return;
		for (let left = cursor.unsigned(); left > 0; left--) read(cursor);
	};
	const parameters: number[] = [];
	const types: number[] = [];
	const globals: Global[] = [];
	const exports: string[] = [];
	const tableMembers: number[] = [];
	let importedFunctions = 0;
	each(SECTION.type, (cursor) => parameters.push(functionType(cursor)));
	each(SECTION.import, (cursor) => {
		if (importedFunction(cursor)) importedFunctions++;
	});
	each(SECTION.function, (cursor) => types.push(cursor.unsigned()));
	each(SECTION.memory, () => {
		throw refuseModule('ERR_MODULE_FEATURE', 'the module makes a memory of its own, which nobody outside can bound');
	});
	each(SECTION.global, (cursor) => globals.push(global(cursor)));
	each(SECTION.export, (cursor) => {
		exports.push(cursor.name());
		cursor.byte();
		cursor.unsigned();
	});
	each(SECTION.element, (cursor) => elements(cursor, tableMembers));
	return { parameters, importedFunctions, types, globals, exports, tableMembers };
}

/** §5.3.6. Returns the number of parameters. */
function functionType(cursor: Cursor): number {
	if (cursor.byte() !== 0x60)
		throw refuseModule('ERR_MODULE_FEATURE', 'the module has a type that is no function type');
	const parameters = values(cursor);
	values(cursor);
	return parameters;
}

function values(cursor: Cursor): number {
	const count = cursor.unsigned();
	for (let i = 0; i < count; i++) valueType(cursor);
	return count;
}

/** One of the four number types (§5.3.1): 0x7c to 0x7f. */
export function valueType(cursor: Cursor): number {
	const type = cursor.byte();
	if (type < 0x7c || type > 0x7f) {
		throw refuseModule('ERR_MODULE_FEATURE', `the module has a value of the type \`0x${type.toString(16)}\``);
	}
	return type;
}

/** §5.5.5. True for a function. */
function importedFunction(cursor: Cursor): boolean {
	const name = `${cursor.name()}.${cursor.name()}`;
	const kind = cursor.byte();
	if (kind === 0x00) {
		cursor.unsigned();
		return true;
	}
	// A table from outside may hold anything, and an imported global would stand before the stack pointer.
	if (kind !== 0x02)
		throw refuseModule('ERR_MODULE_FEATURE', `the module imports \`${name}\`, which is no function or memory`);
	const limits = cursor.byte();
	if (limits > 1) throw refuseModule('ERR_MODULE_FEATURE', `the memory \`${name}\` is shared or of 64 bits`);
	cursor.unsigned();
	if (limits === 1) cursor.unsigned();
	return false;
}

/** §5.5.9 */
function global(cursor: Cursor): Global {
	const type = valueType(cursor);
	const mutable = cursor.byte() === 1;
	return { type, mutable, initial: constant(cursor) };
}

/** §3.3.10: one constant instruction. Returns the value of an `i32.const`. */
function constant(cursor: Cursor): number | undefined {
	const opcode = cursor.byte();
	let value: number | undefined;
	if (opcode === 0x41) value = cursor.signed();
	else if (opcode === 0x42 || opcode === 0x23) cursor.skipInteger();
	else if (opcode === 0x43) cursor.at += 4;
	else if (opcode === 0x44) cursor.at += 8;
	else throw refuseOpcode(opcode);
	const end = cursor.byte();
	if (end !== 0x0b) throw refuseOpcode(end);
	return value;
}

/** §5.5.12: the forms with function indices. Those with expressions need reference types. */
function elements(cursor: Cursor, members: number[]): void {
	const form = cursor.unsigned();
	if (form > 2) throw refuseModule('ERR_MODULE_FEATURE', `the module has elements of the form \`${form}\``);
	if (form === 2) cursor.unsigned();
	if (form !== 1) constant(cursor);
	if (form !== 0) cursor.byte();
	for (let left = cursor.unsigned(); left > 0; left--) members.push(cursor.unsigned());
}
