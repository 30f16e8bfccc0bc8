/** A member of a tool's definition that is not what it was. */
export interface DefinitionChange {
	/** `inputSchema.properties.path.description` */
	readonly at: string;
	/** JSON text; absent: it was not there. */
	readonly from?: string;
	/** JSON text; absent: it is not there any more. */
	readonly to?: string;
}

/** A definition, member by member: where → JSON text. A list of plain values is one member. */
export function membersOf(definition: string): Map<string, string> {
	const members = new Map<string, string>();
	const add = (value: unknown, at: string) => {
		const inner = entriesOf(value);
		if (inner === undefined) members.set(at, spelled(value));
		else for (const [key, one] of inner) add(one, at + step(key, at === ''));
	};
	add(parse(definition), '');
	return members;
}

/** The items of a list of plain values, as {@link membersOf} gives it: JSON texts. */
export function itemsOf(list: string): string[] {
	return (parse(list) as unknown[]).map(spelled);
}

/** What is different, in the order of the members; both definitions are JSON texts. */
export function changesBetween(from: string, to: string): DefinitionChange[] {
	const before = membersOf(from);
	const after = membersOf(to);
	const names = [...new Set([...before.keys(), ...after.keys()])].sort(byPlace);
	return names.flatMap((at) => {
		const [was, is] = [before.get(at), after.get(at)];
		if (was === is) return [];
		return [{ at, ...(was === undefined ? {} : { from: was }), ...(is === undefined ? {} : { to: is }) }];
	});
}

/** What a model reads first. */
const FIRST = ['name', 'title', 'description'];

function byPlace(a: string, b: string): number {
	const [x, y] = [FIRST.indexOf(a), FIRST.indexOf(b)];
	if (x !== y && (x >= 0 || y >= 0)) return (x < 0 ? FIRST.length : x) - (y < 0 ? FIRST.length : y);
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers as they are spelled: `1.0` is another definition than `1`. */
function parse(json: string): unknown {
	const keep = (_key: string, value: unknown, context?: { readonly source?: string }) =>
		typeof value === 'number' ? new Spelled(context?.source ?? String(value)) : value;
	return JSON.parse(json, keep);
}

class Spelled {
	readonly source: string;
	constructor(source: string) {
		this.source = source;
	}
}

function entriesOf(value: unknown): [string | number, unknown][] | undefined {
	if (typeof value !== 'object' || value === null || value instanceof Spelled) return undefined;
	if (Array.isArray(value)) {
		const plain = value.every((item) => typeof item !== 'object' || item === null || item instanceof Spelled);
		return plain ? undefined : value.map((item, i) => [i, item]);
	}
	const entries = Object.entries(value);
	return entries.length === 0 ? undefined : entries;
}

function spelled(value: unknown): string {
	if (value instanceof Spelled) return value.source;
	if (Array.isArray(value)) return `[${value.map(spelled).join(', ')}]`;
	return JSON.stringify(value);
}

function step(key: string | number, first: boolean): string {
	if (typeof key === 'string' && /^[A-Za-z_$][\w$-]*$/.test(key)) return first ? key : `.${key}`;
	return `[${JSON.stringify(key)}]`;
}
