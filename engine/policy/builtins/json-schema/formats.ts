import { RE2JS } from 're2js';
import { parseAddress } from '../ip-addresses.ts';
import { BuiltinError } from '../types.ts';
import { type GoUrl, parseUrl } from '../urls.ts';
import { bytesOf } from '../utf8.ts';
import { isEmail } from './email.ts';

/** Whether `text` has the `format` of JSON Schema, as gojsonschema checks it; an unknown one everything has. */
export function isFormat(format: string, text: string): boolean {
	return FORMATS.get(format)?.(text) ?? true;
}

const HOSTNAME =
	/^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]))*$/;
const UUID = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/i;
const POINTER = /^(?:\/(?:[^~/]|~0|~1)*)*$/;
const RELATIVE_POINTER = /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~0|~1)*)*)$/;
const TIME = String.raw`(\d\d?):(\d\d):(\d\d)(?:[.,]\d+)?`;
const ZONE = String.raw`(?:Z|[+-](\d\d):(\d\d))`;
const CLOCK = new RegExp(`^${TIME}(?:${ZONE})?$`);
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT = new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)T(${TIME}${ZONE})$`);

const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map<string, (text: string) => boolean>([
	['date', isDate],
	['time', isTime],
	['date-time', (text) => isTime(text) || isDate(text) || isMoment(text)],
	['hostname', (text) => HOSTNAME.test(text) && text.length < 256],
	['email', isEmail],
	['idn-email', isEmail],
	['ipv4', (text) => text.includes('.') && parseAddress(text) !== undefined],
	['ipv6', (text) => text.includes(':') && parseAddress(text) !== undefined],
	['uri', (text) => uri(text)?.scheme !== undefined && uri(text)?.scheme !== ''],
	['iri', (text) => uri(text)?.scheme !== undefined && uri(text)?.scheme !== ''],
	['uri-reference', (text) => uri(text) !== undefined],
	['iri-reference', (text) => uri(text) !== undefined],
	['uri-template', isTemplate],
	['uuid', (text) => UUID.test(text)],
	['regex', isRegex],
	['json-pointer', (text) => POINTER.test(text)],
	['relative-json-pointer', (text) => RELATIVE_POINTER.test(text)],
]);

function isDate(text: string): boolean {
	const [, year, month, day] = DATE.exec(text) ?? [];
	const date = new Date(0);
	date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
	return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isTime(text: string): boolean {
	const m = CLOCK.exec(text);
	if (m === null) return false;
	const [hour, minute, second, zoneHours, zoneMinutes] = m.slice(1).map((part) => Number(part ?? 0));
	return hour! < 24 && minute! < 60 && second! < 60 && zoneHours! <= 24 && zoneMinutes! <= 60;
}

function isMoment(text: string): boolean {
	const [, date, time] = MOMENT.exec(text) ?? [];
	return date !== undefined && time !== undefined && isDate(date) && isTime(time);
}

/** undefined: not one. A backslash is in none. */
function uri(text: string): GoUrl | undefined {
	try {
		return text.includes('\\') ? undefined : parseUrl(bytesOf(text));
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}

/** Each `{` in the path has its `}`. */
function isTemplate(text: string): boolean {
	const path = uri(text)?.path;
	return path !== undefined && !path.replace(/\{[^}]*\}/g, '').includes('{');
}

function isRegex(text: string): boolean {
	try {
		RE2JS.compile(text);
		return true;
	} catch {
		return false;
	}
}
