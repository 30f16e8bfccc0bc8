import { readFile } from 'node:fs/promises';
import type { Test } from 'tap';
import { exported } from '../support/recorded.ts';
import { differences, expected } from './differences.ts';
import type { Fixture } from './fixtures.ts';
import { line } from './page.ts';
import { wired } from './wires.ts';

/**
 * Runs every suite of a fixture once direct and once over each wire of the gateway, and compares check by check. What
 * was recorded on the way judges again to the same.
 */
export async function sameThroughTheGateway(t: Test, fixture: Fixture): Promise<void> {
	const page = await readFile(new URL('../../../docs/conformance.md', import.meta.url), 'utf8');
	const { house, ask } = await wired(t, fixture);
	for (const { suite, passed, failed } of fixture.suites) {
		const direct = await ask('direct', suite);
		if (!t.same([direct.passed, direct.failed], [passed, failed], `${suite} direct`)) t.comment(direct.output);
		const through = { http: await ask('http', suite), stdio: await ask('stdio', suite) };
		for (const wire of ['http', 'stdio'] as const) {
			const { checks } = expected(direct.checks, wire);
			if (!t.strictSame(through[wire].checks, checks, `${suite} over ${wire}`)) t.comment(through[wire].output);
		}
		const unused = differences.filter((one) => !expected(direct.checks, one.wire).applied.includes(one));
		if (suite === '2025-11-25') t.strictSame(unused, [], 'a difference that is listed is one');
		t.ok(page.includes(line({ server: fixture.name, suite, direct, ...through })), 'docs/conformance.md says so');
	}
	t.ok((await exported(house)).length > 0, 'the runs are recorded');
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
}
