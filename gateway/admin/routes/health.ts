import type { FastifyInstance } from 'fastify';
import { STAFF } from '../guard.ts';
import type { MetricsText, Readiness } from '../ports.ts';

/** `/healthz`, `/readyz`, `/metrics` (contract §4 *Health*). */
export function healthRoutes(
	app: FastifyInstance,
	options: { readonly readiness: () => Readiness; readonly metrics: MetricsText },
): void {
	// As long as this answers, the loop runs; a full disk is no reason to be killed.
	app.get('/healthz', { config: { roles: 'open' } }, () => ({ healthy: true }));

	app.get('/readyz', { config: { roles: 'open' } }, (_request, reply) => {
		const { policy, recorder, draining } = options.readiness();
		const ready = policy && recorder && !draining;
		return reply.code(ready ? 200 : 503).send({
			ready,
			policy: policy ? 'in force' : 'none',
			recorder: recorder ? 'writes' : 'cannot write',
			draining,
		});
	});

	app.get('/metrics', { config: { roles: STAFF, openOnLoopback: true } }, async (_request, reply) =>
		reply.type(options.metrics.contentType).send(await options.metrics.text()),
	);
}
