import { RecordError } from './record-error.ts';

/**
 * Session ids stand in messages, URLs and file names: 1 to 200 bytes of UTF-8 without control characters.
 * Errors: `ERR_RECORD_SESSION_ID`.
 */
export function checkSessionId(id: string): void {
	if (id.length > 0 && Buffer.byteLength(id) <= 200 && id.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(id)) return;
	throw new RecordError('ERR_RECORD_SESSION_ID', 'a session id has 1 to 200 bytes and no control characters', {
		help: 'give the session another `id`',
	});
}

/** `seq` and `t` are whole numbers from 0 to 2^53 - 1 (in ns: 104 days). Errors: `ERR_RECORD_INVALID`. */
export function checkPosition(session: string, line: { readonly seq: number; readonly t: number }): void {
	for (const name of ['seq', 't'] as const) {
		if (Number.isSafeInteger(line[name]) && line[name] >= 0) continue;
		throw new RecordError('ERR_RECORD_INVALID', `\`${name}\` of a record is \`${line[name]}\`, not a whole number`, {
			session,
		});
	}
}
