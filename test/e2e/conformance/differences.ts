import type { Checks } from '../../reference-server/referee.ts';
import type { Wire } from './wires.ts';

/** Checks of a scenario that are others through the gateway than direct, and why that is right. */
export interface Difference {
	readonly wire: Wire;
	readonly scenario: string;
	/** It is one only where the direct run said this. */
	readonly direct: readonly string[];
	readonly through: readonly string[];
	readonly why: string;
}

const pipe =
	'A pipe has no event streams: an answer that comes without anything before it goes to the client as a JSON body, ' +
	'which MCP allows a server (2025-11-25, "Sending Messages to the Server").';

/** Every known difference. */
export const differences: readonly Difference[] = [
	{
		wire: 'stdio',
		scenario: 'server-sse-multiple-streams',
		direct: ['server-accepts-multiple-post-streams SUCCESS', 'server-sse-streams-functional SUCCESS'],
		through: ['server-accepts-multiple-post-streams SUCCESS', 'server-sse-streams-functional INFO'],
		why: `${pipe} The check has no stream to look at and says so.`,
	},
	{
		wire: 'stdio',
		scenario: 'server-sse-polling',
		direct: [
			'server-sse-priming-event SUCCESS',
			'server-sse-retry-field SUCCESS',
			'server-sse-disconnect-resume SUCCESS',
		],
		through: ['server-sse-content-type INFO'],
		why: `${pipe} The priming event, \`retry\` and resuming have nothing to be said of; not scored for 2025-11-25.`,
	},
];

/** What `direct` must be over `wire`, with the differences that apply. */
export function expected(
	direct: Checks,
	wire: Wire,
): { readonly checks: Checks; readonly applied: readonly Difference[] } {
	const applied = differences.filter(
		(one) => one.wire === wire && JSON.stringify(direct[one.scenario]) === JSON.stringify(one.direct),
	);
	return { checks: { ...direct, ...Object.fromEntries(applied.map((one) => [one.scenario, one.through])) }, applied };
}
