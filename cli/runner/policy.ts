import { wrap } from '../output/wrap.ts';
import type { Shell } from '../shell.ts';
import { plural } from './check.ts';
import { askGateway, type GatewayPlace } from './gateway-api.ts';

/** What is in force at a gateway, as its API says it (`GET /api/v1/policy`). */
export interface GatewayPolicy {
	readonly revision: string;
	/** RFC 3339 */
	readonly since: string;
	readonly origin: string;
	readonly signature: 'none' | 'verified';
	readonly compiler: string;
	readonly rules: readonly { readonly id: string; readonly title?: string }[];
	readonly problem?: { readonly outcome: string; readonly message: string };
	readonly candidate?: {
		readonly origin: string;
		readonly revision?: string;
		readonly since?: string;
		readonly problem?: { readonly message: string };
	};
}

/** @throws SluiceError as `askGateway` */
export async function policyStatus(place: GatewayPlace, shell: Shell): Promise<GatewayPolicy> {
	return (await askGateway(place, 'GET', '/policy', shell)) as unknown as GatewayPolicy;
}

/** @throws SluiceError as `askGateway`; `ERR_POLICY_REFUSED` when it was not taken */
export async function reloadPolicy(
	place: GatewayPlace,
	shell: Shell,
): Promise<{ readonly outcome: string; readonly revision: string }> {
	const answer = await askGateway(place, 'POST', '/policy/reload', shell);
	return answer as { outcome: string; revision: string };
}

/** For people. */
export function spellStatus(status: GatewayPolicy, shell: Shell): string {
	const { revision, since, origin, signature, compiler, rules, problem, candidate } = status;
	const lines = [
		`revision   ${revision}`,
		`since      ${since}`,
		`from       ${origin}${signature === 'verified' ? ' (signature verified)' : ''}`,
		`compiler   ${compiler}`,
		...(problem === undefined ? [] : [`not taken  ${problem.message}`]),
		...(candidate === undefined
			? []
			: [
					`candidate  ${candidate.revision ?? 'none in force'} from ${candidate.origin}`,
					...(candidate.problem === undefined ? [] : [`not taken  ${candidate.problem.message}`]),
				]),
		`${plural(rules.length, 'rule')}:`,
		...rules.map(({ id, title }) => `  ${id}${title === undefined ? '' : `  ${title}`}`),
	];
	return `${lines.flatMap((line) => line.split('\n').map((part) => wrap(part, shell.width, '    '))).join('\n')}\n`;
}
