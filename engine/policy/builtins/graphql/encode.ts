import { RegoObject, type Value } from '../../value/value.ts';
import type { QueryDocument, SchemaDocument } from './ast.ts';
import type { Effort } from './effort.ts';

/** A tree as OPA gives it to a policy: without nulls, and without objects and lists that are empty then. */
export function encode(document: QueryDocument | SchemaDocument, effort: Effort): RegoObject {
	return encodeNode(document, effort) ?? new RegoObject([]);
}

/** Steps that an object costs more than others: it is sorted. */
const COST = 4;

function encodeNode(node: object, effort: Effort): RegoObject | undefined {
	effort.spend(COST);
	const entries: [string, Value][] = [];
	for (const [key, member] of Object.entries(node)) {
		const value = encodeMember(member, effort);
		if (value !== undefined) entries.push([key, value]);
	}
	return entries.length === 0 ? undefined : new RegoObject(entries);
}

function encodeMember(member: unknown, effort: Effort): Value | undefined {
	if (Array.isArray(member)) {
		const list = member.map((item) => encodeMember(item, effort)).filter((item) => item !== undefined);
		return list.length === 0 ? undefined : list;
	}
	if (typeof member === 'string' || typeof member === 'boolean' || typeof member === 'number') return member;
	return member === undefined ? undefined : encodeNode(member as object, effort);
}
