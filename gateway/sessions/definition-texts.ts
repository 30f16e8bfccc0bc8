import type { ListedDefinition } from '../../engine/session/tools.ts';
import type { Table } from '../store/table.ts';
import type { DefinitionRow } from './pin-rows.ts';
import type { TextBox } from './recent-rows.ts';

/** Longest definition whose text is kept, bytes of UTF-8. Of a longer one there is the hash, and the recorded session. */
export const DEFINITION_TEXT = 32_768;

/** How many keys a process remembers to have written. */
const REMEMBERED = 16_384;

/** The texts behind hashes of tool definitions, sealed: so that a change can be shown, not only told. */
export class DefinitionTexts {
	readonly #table: Table<DefinitionRow>;
	readonly #box: TextBox;
	readonly #written = new Set<string>();

	constructor(table: Table<DefinitionRow>, box: TextBox) {
		this.#table = table;
		this.#box = box;
	}

	/** `anew`: another process may have dropped it since this one wrote it. */
	async keep(server: string, { hash, text }: ListedDefinition, anew: boolean): Promise<void> {
		const key = `${server}\n${hash}`;
		if (!anew && this.#written.has(key)) return;
		const length = Buffer.byteLength(text);
		const row = length > DEFINITION_TEXT ? { length } : { length, sealed: this.#box.seal(text) };
		await this.#table.create(key, row);
		if (this.#written.size >= REMEMBERED) this.#written.clear();
		this.#written.add(key);
	}

	/** Undefined: nobody kept it. Without `text`: it was too long. */
	get(server: string, hash: string): { readonly length: number; readonly text?: string } | undefined {
		const row = this.#table.get(`${server}\n${hash}`)?.value;
		if (row === undefined) return undefined;
		const { length, sealed } = row;
		return sealed === undefined ? { length } : { length, text: this.#box.open(sealed) };
	}

	async drop(server: string, hash: string): Promise<void> {
		this.#written.delete(`${server}\n${hash}`);
		await this.#table.remove(`${server}\n${hash}`);
	}
}
