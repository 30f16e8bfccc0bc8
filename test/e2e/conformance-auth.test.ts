import { readFile } from 'node:fs/promises';
import t from 'tap';
import { each, login } from './conformance/auth/run.ts';
import { scenarios } from './conformance/auth/scenarios.ts';
import { loginLine } from './conformance/page.ts';

// `npm run conformance` runs all of them direct as well; here that would only say once more that the client is sound.
t.test('what a client of the referee does well, it does well with the gateway as its resource server', async (t) => {
	const page = await readFile(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
	await each(scenarios, async (scenario) => {
		t.ok(page.includes(loginLine(scenario)), `docs/conformance.md says so of ${scenario.name}`);
		if (scenario.not !== undefined) return;
		const through = await login(scenario, 'through');
		if (!t.ok(through.well, `${scenario.name} through`)) t.comment(through.output);
	});
});
