import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import { SluiceError } from '../../engine/error.ts';
import { type Complaint, explain } from '../../engine/schema/explain.ts';
import type { Config } from './config.ts';
import { type ConfigDocument, configDocument } from './document.ts';
import { normalise, type RawConfig } from './normalise.ts';
import { contradictions, idle, notYet } from './rules.ts';
import { configSchema } from './schema.ts';

const validate = new Ajv({ allErrors: true, verbose: true, strict: true, strictRequired: false }).compile(configSchema);

/**
 * Reads `sluice.yaml` (YAML or JSON), checks all of it and fills in the defaults (contract §4).
 *
 * @throws SluiceError `ERR_CONFIG_NOT_FOUND`, `ERR_CONFIG_SYNTAX`, `ERR_CONFIG_NOT_YET` (a key of the contract that
 * this version cannot honour) or `ERR_CONFIG_INVALID`, whose message has one `file:line:col: …` line per mistake.
 */
export async function loadConfig(file: string): Promise<Config> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (cause) {
		const { code } = cause as NodeJS.ErrnoException;
		const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
		throw new SluiceError('ERR_CONFIG_NOT_FOUND', `cannot read the configuration \`${file}\`: ${why}`, {
			help: code === 'ENOENT' ? 'run `sluice init`, or name a file with --config' : 'name a file with --config',
			cause,
		});
	}
	return parseConfig(text, file);
}

/** `loadConfig` for a text that is already there; `file` is for messages and relative paths. */
export function parseConfig(text: string, file: string): Config {
	const document = configDocument(text, file);
	const early = [...notYet(document.value)];
	if (early.length > 0) throw invalid('ERR_CONFIG_NOT_YET', early, document, file);
	if (!validate(document.value)) {
		throw invalid('ERR_CONFIG_INVALID', explain(validate.errors ?? []), document, file);
	}
	const raw = document.value as unknown as RawConfig;
	const late = [...contradictions(raw)];
	if (late.length > 0) throw invalid('ERR_CONFIG_INVALID', late, document, file);
	return { ...normalise(raw, resolve(file)), notes: idle(document.value) };
}

function invalid(code: string, complaints: readonly Complaint[], document: ConfigDocument, file: string): SluiceError {
	const lines = complaints.map((complaint) => {
		const { row, col } = document.place(complaint.pointer, complaint.key);
		return { row, col, message: complaint.message, help: complaint.help };
	});
	lines.sort((a, b) => a.row - b.row || a.col - b.col);
	const [first] = lines;
	if (lines.length === 1 && first !== undefined) {
		return new SluiceError(code, `${file}:${first.row}:${first.col}: ${first.message}`, {
			...(first.help === undefined ? {} : { help: first.help }),
		});
	}
	const said = lines.map((l) => `${file}:${l.row}:${l.col}: ${l.message}${l.help === undefined ? '' : ` (${l.help})`}`);
	return new SluiceError(code, [`${lines.length} mistakes in the configuration`, ...said].join('\n  '), {
		help: '`sluice config schema` prints all that can stand there',
	});
}
