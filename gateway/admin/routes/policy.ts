import type { FastifyInstance } from 'fastify';
import { STAFF } from '../guard.ts';
import type { PolicyControl } from '../ports.ts';
import { rfc3339 } from '../rfc3339.ts';

/** What is in force, and taking what stands in the files now. */
export function policyRoutes(app: FastifyInstance, policy: PolicyControl): void {
	const nothing = { type: 'object', additionalProperties: false };

	app.get('/policy', { config: { roles: STAFF }, schema: { querystring: nothing } }, () => {
		const { rules, since, candidate, ...status } = policy.status();
		return {
			...status,
			since: rfc3339(since),
			...(candidate === undefined
				? {}
				: {
						candidate: {
							...candidate,
							...(candidate.since === undefined ? {} : { since: rfc3339(candidate.since) }),
						},
					}),
			rules: rules.map(({ id, title, severity, sets }) => ({ id, title, severity, sets })),
		};
	});

	app.post<{ Body: { force?: boolean } | undefined }>(
		'/policy/reload',
		{
			config: { roles: ['admin'] },
			schema: {
				querystring: nothing,
				body: { type: ['object', 'null'], properties: { force: { type: 'boolean' } }, additionalProperties: false },
			},
		},
		async (request, reply) => {
			// Whoever asks means it: this is what a policy that lacks rule packages waits for.
			const result = await policy.reload({ force: request.body?.force ?? true });
			const taken = result.outcome === 'loaded' || result.outcome === 'unchanged';
			return reply.code(taken ? 200 : 409).send(
				taken
					? result
					: {
							...result,
							error: {
								code: result.outcome === 'waiting' ? 'ERR_POLICY_WAITS' : 'ERR_POLICY_REFUSED',
								message: result.message ?? 'the policy was not taken',
								help: 'the running policy stays in force; mend the files and reload again',
							},
						},
			);
		},
	);
}
