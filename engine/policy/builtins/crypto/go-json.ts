import { RegoObject, type Value } from '../../value/value.ts';

// Go's `encoding/json`, as a value of Rego.

/** A struct. */
export function goObject(fields: Readonly<Record<string, Value>>): RegoObject {
	return new RegoObject(Object.entries(fields));
}

/** An integer of any size. */
export function goInteger(value: bigint): Value {
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : value;
}

/** `[]byte`: nil is null, and no bytes are an empty text. */
export function goBytes(bytes: Buffer | undefined): Value {
	return bytes === undefined ? null : bytes.toString('base64');
}

/** A slice that stays nil until something is appended. */
export function goList(items: readonly Value[]): Value {
	return items.length === 0 ? null : items;
}
