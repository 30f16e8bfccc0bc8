import { Cursor } from './leb.ts';
import { refuseModule } from './refusal.ts';

/** Section ids (WebAssembly Core Specification 2.0, §5.5.2). */
export const SECTION = {
	custom: 0,
	type: 1,
	import: 2,
	function: 3,
	table: 4,
	memory: 5,
	global: 6,
	export: 7,
	start: 8,
	element: 9,
	code: 10,
	data: 11,
	dataCount: 12,
} as const;

/** Bytes of the magic number and the version (§5.5.16). */
export const PREAMBLE = 8;

/** One section; `bytes.subarray(start, end)` is its content. */
export interface Section {
	readonly id: number;
	/** Offset of the id. */
	readonly from: number;
	readonly start: number;
	readonly end: number;
}

/**
 * The sections of a valid module in their order.
 *
 * @throws {SluiceError} `ERR_MODULE_FEATURE` for a section that is of a later version
 */
export function readSections(bytes: Uint8Array): readonly Section[] {
	const sections: Section[] = [];
	const cursor = new Cursor(bytes, PREAMBLE);
	while (cursor.at < bytes.length) {
		const from = cursor.at;
		const id = cursor.byte();
		if (id > SECTION.dataCount) {
			throw refuseModule('ERR_MODULE_FEATURE', `the module has a section with the unknown id \`${id}\``);
		}
		const size = cursor.unsigned();
		const start = cursor.at;
		cursor.at += size;
		if (cursor.at > bytes.length) throw refuseModule('ERR_MODULE_MALFORMED', 'the module ends inside a section');
		sections.push({ id, from, start, end: cursor.at });
	}
	return sections;
}

/** A cursor at the content of the section with `id`, or undefined where the module has none. */
export function openSection(bytes: Uint8Array, sections: readonly Section[], id: number): Cursor | undefined {
	const section = sections.find((candidate) => candidate.id === id);
	return section === undefined ? undefined : new Cursor(bytes.subarray(0, section.end), section.start);
}
