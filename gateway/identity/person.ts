import type { Principal } from '../../engine/session/types.ts';

/** What can stand for a person: a principal, or less of one. */
export type Person = Pick<Principal, 'id' | 'human' | 'on_behalf_of'> & Partial<Pick<Principal, 'claims'>>;

/**
 * Whether the same person stands behind both: an id or a human that is equal, in any of the places where a
 * principal names somebody (contract §4), those who act in another's name among them (`act`, RFC 8693). Letter case and compatibility forms are no difference, because a
 * person who approves their own request is worse than one who has to ask a colleague.
 */
export function samePerson(a: Person, b: Person): boolean {
	const names = new Set(namesOf(a));
	return namesOf(b).some((name) => names.has(name));
}

function namesOf({ id, human, on_behalf_of, claims }: Person): string[] {
	return [id, human, on_behalf_of, ...actors(claims?.act)]
		.filter((name) => name !== undefined && name !== '')
		.map((name) => name!.normalize('NFKC').toLowerCase());
}

/** Ids of a chain of actors. It was checked for its shape and length when the token was. */
function actors(act: unknown): string[] {
	const found: string[] = [];
	for (let link = act; typeof link === 'object' && link !== null; link = (link as { act?: unknown }).act) {
		const { sub } = link as { sub?: unknown };
		if (typeof sub === 'string') found.push(sub);
	}
	return found;
}
