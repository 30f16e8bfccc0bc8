/**
 * `npm run conformance`: asks every reference server what the referee asks, direct and through the gateway, prints the
 * table and writes it to docs/conformance.md. Exits 1, without writing, when something differs that is not a known
 * difference.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { each, login } from '../test/e2e/conformance/auth/run.ts';
import { type Scenario, scenarios } from '../test/e2e/conformance/auth/scenarios.ts';
import { expected } from '../test/e2e/conformance/differences.ts';
import { type Fixture, fixtures } from '../test/e2e/conformance/fixtures.ts';
import { line, loginLine, page, type Row } from '../test/e2e/conformance/page.ts';
import { wired } from '../test/e2e/conformance/wires.ts';
import type { Verdicts } from '../test/reference-server/referee.ts';

const rows: Row[] = [];
for (const fixture of Object.values<Fixture>(fixtures)) rows.push(...(await run(fixture)));
await each(scenarios, authorization);
if (process.exitCode === undefined) await writeFile(join(import.meta.dirname, '../docs/conformance.md'), page(rows));

async function run(fixture: Fixture): Promise<Row[]> {
	const ends: (() => Promise<void>)[] = [];
	const found: Row[] = [];
	try {
		const { ask } = await wired({ teardown: (end) => ends.unshift(end) }, fixture);
		for (const { suite } of fixture.suites) {
			const direct = await ask('direct', suite);
			const http = await ask('http', suite);
			const stdio = await ask('stdio', suite);
			const row = { server: fixture.name, suite, direct, http, stdio };
			found.push(row);
			process.stdout.write(`${line(row)}\n`);
			tell(expected(direct.checks, 'http').checks, http, 'HTTP');
			tell(expected(direct.checks, 'stdio').checks, stdio, 'stdio');
		}
	} finally {
		for (const end of ends) await end();
	}
	return found;
}

async function authorization(scenario: Scenario): Promise<void> {
	const runs = [await login(scenario, 'direct')];
	if (scenario.not === undefined) runs.push(await login(scenario, 'through'));
	if (runs.every(({ well }) => well)) {
		process.stdout.write(`${loginLine(scenario)}\n`);
		return;
	}
	process.exitCode = 1;
	for (const { well, output } of runs) if (!well) process.stdout.write(`${scenario.name}\n${output}\n`);
}

/** Prints the scenarios that differ. */
function tell(wanted: Verdicts['checks'], { checks, output }: Verdicts, wire: string): void {
	for (const scenario of new Set([...Object.keys(wanted), ...Object.keys(checks)])) {
		if (isDeepStrictEqual(wanted[scenario], checks[scenario])) continue;
		process.exitCode = 1;
		process.stdout.write(`  differs over ${wire}: ${scenario}\n`);
		for (const said of output.split('\n')) if (said.startsWith(`${scenario}: `)) process.stdout.write(`    ${said}\n`);
	}
}
