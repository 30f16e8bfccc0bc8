import { Ajv } from 'ajv';
import { SluiceError } from '../../../engine/error.ts';
import { parseRfc3339 } from '../../../engine/policy/rfc3339.ts';
import type { Place } from '../../../engine/policy/types.ts';
import { explain } from '../../../engine/schema/explain.ts';
import { configDocument } from '../../../gateway/config/document.ts';
import schema from './policy-changes.schema.json' with { type: 'json' };

/** Classes that a line can accept. What is `unknown` cannot be accepted: nobody knows what that would be. */
export type AcceptableClass = 'loosened' | 'tightened' | 'changed' | 'unexercised';

/**
 * A line of `policy-changes.yaml` (contract §5): the differences of one rule and class between exactly two states of
 * that rule are right.
 */
export interface AcceptedChange {
	/** Id of a rule, or `engine`. */
	readonly rule: string;
	readonly class: AcceptableClass;
	/** Hash of the rule before and after; `absent`: there is no such rule. */
	readonly from: string;
	readonly to: string;
	readonly reason: string;
	readonly by: string;
	/** As written, and the first moment at which it is void, Unix ns. */
	readonly until: string;
	readonly voidNs: bigint;
	readonly place: Place;
}

const validate = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true }).compile(schema);

type Written = Omit<AcceptedChange, 'voidNs' | 'place'>;

/** Reads the file's text. @throws SluiceError `ERR_CONFIG_SYNTAX`, `ERR_CHANGES_FILE` with file:line:col */
export function parseChanges(text: string, file: string): readonly AcceptedChange[] {
	const document = configDocument(text, file);
	const wrong = (pointer: string, message: string, help?: string, key?: boolean) => {
		const { row, col } = document.place(pointer, key);
		const options = help === undefined ? {} : { help };
		return new SluiceError('ERR_CHANGES_FILE', `${file}:${row}:${col}: ${message}`, options);
	};
	if (!validate(document.value)) {
		const complaints = explain(validate.errors ?? []);
		// a key that is spelled wrong explains the one that is missing
		const first = complaints.find(({ key }) => key) ?? complaints[0]!;
		if (/^\/\d+\/class$/.test(first.pointer) && first.message.includes('`unknown`')) {
			const help = 'judge with recordings that have every fact that the rule reads';
			throw wrong(first.pointer, 'what is `unknown` cannot be accepted: nobody knows what it is', help);
		}
		throw wrong(first.pointer, inWords(first.message), first.help, first.key);
	}
	const lines = (document.value ?? []) as readonly Written[];
	const seen = new Map<string, number>();
	return lines.map((line, i) => {
		for (const name of ['reason', 'by', 'until'] as const) {
			if (!isPlaceholder(line[name])) continue;
			throw wrong(`/${i}/${name}`, `\`${name}\` is still the placeholder \`${line[name]}\``, FILL_IN[name]);
		}
		if (line.from === line.to) {
			throw wrong(`/${i}/to`, '`from` and `to` are the same, so there is nothing to accept', PASTE);
		}
		const voidNs = endOf(line.until);
		if (voidNs === undefined) {
			throw wrong(`/${i}/until`, `\`${line.until}\` is no date`, 'write it as in 2027-01-31 or 2027-01-31T12:00:00Z');
		}
		const key = keyOf(line);
		const earlier = seen.get(key);
		if (earlier !== undefined) {
			const { row } = document.place(`/${earlier}`);
			throw wrong(`/${i}`, `the line of row ${row} says the same`, 'keep one of the two');
		}
		seen.set(key, i);
		return { ...line, voidNs, place: { file, ...document.place(`/${i}`) } };
	});
}

/** Which line it is, the place says. */
function inWords(message: string): string {
	return message
		.replace(/^`\d+\.(\w+)`/, '`$1`')
		.replace(/^`\d+`/, 'the line')
		.replace(/ in `\d+`$/, '');
}

/** What a line is about, as one text. */
export function keyOf({ rule, class: ofChange, from, to }: Omit<Written, 'reason' | 'by' | 'until'>): string {
	return JSON.stringify([rule, ofChange, from, to]);
}

const PASTE = '`sluice diff` prints the line with both hashes';
const FILL_IN = {
	reason: 'say why the difference is right',
	by: 'say who answers for it',
	until: 'say when somebody has to look at it again, as in 2027-01-31',
};

function isPlaceholder(text: string): boolean {
	return /^\s*<.*>\s*$/s.test(text);
}

const DAY_NS = 86_400_000_000_000n;

/** A date holds to its end, in UTC. */
function endOf(until: string): bigint | undefined {
	const day = parseRfc3339(`${until}T00:00:00Z`);
	return day === undefined ? parseRfc3339(until) : day + DAY_NS;
}
