const BACKSLASH = 0x5c;
const U = 0x75;
const PAIR = /^\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}$/;

/**
 * A JSON text with every character that is written as a pair of surrogate escapes (`\ud83d\ude00`) written as itself.
 *
 * OPA's own reader in the module joins the halves with a bitwise or where RFC 8259 §7 and UTF-16 add, so that a
 * character of every second plane would become another one: a tag character or an ideograph that no rule could find.
 * The bytes themselves come back when there is no such pair.
 *
 * @param json a JSON text that is well formed, in UTF-8; half a pair is left as it is
 */
export function withoutSurrogatePairs(json: Uint8Array): Uint8Array {
	const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
	const parts: Buffer[] = [];
	let last = 0;
	for (let at = bytes.indexOf(BACKSLASH); at !== -1; at = bytes.indexOf(BACKSLASH, at)) {
		const units = bytes[at + 1] === U ? bytes.toString('latin1', at, at + 12) : '';
		if (PAIR.test(units)) {
			parts.push(bytes.subarray(last, at), Buffer.from(JSON.parse(`"${units}"`) as string, 'utf8'));
			at += units.length;
			last = at;
		} else {
			// An escaped backslash does not begin another escape.
			at += 2;
		}
	}
	return parts.length === 0 ? json : Buffer.concat([...parts, bytes.subarray(last)]);
}
