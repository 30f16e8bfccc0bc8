import { fileURLToPath } from 'node:url';
import { refereeOnClient, type Verdicts } from '../../../reference-server/referee.ts';
import type { Scenario } from './scenarios.ts';

/** A scenario as it went. */
export interface Went extends Verdicts {
	/** Every check that says something passed, and the client did as it should. */
	readonly well: boolean;
}

/** Runs our client against the referee's servers: as they are, or with a gateway as the resource server. */
export function login({ name }: Scenario, how: 'direct' | 'through'): Promise<Went> {
	const program = fileURLToPath(new URL(`${how === 'direct' ? 'direct' : 'behind'}.ts`, import.meta.url));
	return refereeOnClient(name, `"${process.execPath}" "${program}"`);
}

/** Works through `all`, two at a time: most of each is waiting. */
export async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
	const left = all.values();
	const worker = async () => {
		for (const one of left) await work(one);
	};
	await Promise.all([worker(), worker()]);
}
