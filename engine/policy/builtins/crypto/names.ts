import type { Value } from '../../value/value.ts';
import { BuiltinError } from '../types.ts';
import { Der, malformed, type Oid, readBitString, readBoolean, readInteger, readOid, TAG } from './der.ts';
import { readString, STRING_TAGS } from './der-strings.ts';
import { readGeneralizedTime, readUtcTime, type Time } from './der-times.ts';
import { goInteger, goObject } from './go-json.ts';

export interface Attribute {
	readonly type: Oid;
	/** As Go's JSON has it. */
	readonly value: Value;
	/** Whether it is text: bytes and times are strings in JSON too. */
	readonly isText: boolean;
}

/** The parts of a distinguished name, one after the other. */
export type Name = readonly Attribute[];

/** The Name of a certificate: all its values are text. */
export function readName(bytes: Buffer): Name {
	return attributesOf(bytes, (der) => {
		const { tag, content } = der.any();
		return readString(tag, content);
	});
}

/** The Name of a request, whose values `encoding/asn1` takes as they are. */
export function readLooseName(bytes: Buffer): Name {
	return attributesOf(bytes, readAny);
}

function attributesOf(bytes: Buffer, read: (der: Der) => Value): Name {
	const names: Attribute[] = [];
	const sequence = new Der(bytes).inside(TAG.sequence);
	while (!sequence.empty) {
		const set = sequence.inside(TAG.set);
		while (!set.empty) names.push(readAttribute(set.inside(TAG.sequence), read));
	}
	return names;
}

export function readAttribute(der: Der, read: (der: Der) => Value): Attribute {
	const type = der.oid();
	const isText = STRING_TAGS.has(der.tag ?? 0);
	return { type, value: read(der), isText };
}

/** A value of any type, as JSON shows what `encoding/asn1` makes of it; null for what it does not know. */
export function readAny(der: Der): Value {
	const { tag, content } = der.any();
	if (STRING_TAGS.has(tag)) return readString(tag, content);
	switch (tag) {
		case TAG.boolean:
			return readBoolean(content);
		case TAG.integer: {
			if (content.length > 8) throw malformed();
			return goInteger(readInteger(content));
		}
		case TAG.bitString: {
			const { bytes, bits } = readBitString(content);
			return goObject({ Bytes: bytes.toString('base64'), BitLength: bits });
		}
		case TAG.oid:
			return readOid(content);
		case TAG.octetString:
			return content.toString('base64');
		case TAG.utcTime:
			return timeText(readUtcTime(content));
		case TAG.generalizedTime:
			return timeText(readGeneralizedTime(content, { fraction: true }));
		default:
			return null;
	}
}

export function timeText({ text }: Time): string {
	if (text === undefined) throw new BuiltinError('a time that JSON does not write');
	return text;
}

const FIELDS: Readonly<Record<string, string>> = {
	'2.5.4.6': 'Country',
	'2.5.4.7': 'Locality',
	'2.5.4.8': 'Province',
	'2.5.4.9': 'StreetAddress',
	'2.5.4.10': 'Organization',
	'2.5.4.11': 'OrganizationalUnit',
	'2.5.4.17': 'PostalCode',
};

/** Go's `pkix.Name` as JSON. */
export function nameJson(name: Name): Value {
	const lists = new Map<string, Value[]>();
	const single: Record<string, string> = { CommonName: '', SerialNumber: '' };
	for (const { type, value, isText } of name) {
		if (typeof value !== 'string' || !isText) continue;
		const oid = type.join('.');
		if (oid === '2.5.4.3') single['CommonName'] = value;
		if (oid === '2.5.4.5') single['SerialNumber'] = value;
		const field = FIELDS[oid];
		if (field === undefined) continue;
		const list = lists.get(field);
		if (list === undefined) lists.set(field, [value]);
		else list.push(value);
	}
	const names = name.map(({ type, value }) => goObject({ Type: type, Value: value }));
	return goObject({
		...Object.fromEntries(Object.values(FIELDS).map((field) => [field, lists.get(field) ?? null])),
		...single,
		Names: names.length === 0 ? null : names,
		ExtraNames: null,
	});
}
