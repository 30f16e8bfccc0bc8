import type { Principal } from '../../engine/session/types.ts';

/** What can stand for a person: a principal, or less of one. */
export type Person = Pick<Principal, 'id' | 'human' | 'on_behalf_of'>;

/**
 * Whether the same person stands behind both: an id or a human that is equal, in any of the places where a
 * principal names somebody (contract §4). Letter case and compatibility forms are no difference, because a
 * person who approves their own request is worse than one who has to ask a colleague.
 */
export function samePerson(a: Person, b: Person): boolean {
	const names = new Set(namesOf(a));
	return namesOf(b).some((name) => names.has(name));
}

function namesOf({ id, human, on_behalf_of }: Person): string[] {
	return [id, human, on_behalf_of]
		.filter((name) => name !== undefined && name !== '')
		.map((name) => name!.normalize('NFKC').toLowerCase());
}
