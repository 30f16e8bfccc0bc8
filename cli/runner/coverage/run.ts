import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SluiceError } from '../../../engine/error.ts';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import { html } from '../../output/coverage/html.ts';
import { lcov } from '../../output/coverage/lcov.ts';
import type { PolicyCoverage } from '../../output/coverage/model.ts';
import type { Group } from '../../output/report.ts';
import type { Shell } from '../../shell.ts';
import { coverageOf } from './coverage.ts';
import { coverageData } from './data.ts';
import { type Executed, measure } from './measure.ts';
import { coverageGroups, overall } from './report.ts';

/** What of `sluice test` is about coverage. */
export interface CoverageRequest {
	readonly coverage?: true;
	/** Percent of lines; less is a failure. Asks for coverage, unless it is about mutants. */
	readonly threshold?: number;
	/** Folder for `lcov.info`, `index.html` and `coverage.json`. Asks for coverage. */
	readonly coverageOut?: string;
	readonly mutate?: boolean;
}

/** Coverage as parts of a test report. */
export interface CoverageResult {
	readonly groups: readonly Group[];
	/** For the summary. */
	readonly words: string;
	/** The member `coverage` of the JSON form. */
	readonly data: object;
}

/** Whether a request asks for coverage. */
export function wantsCoverage({ coverage, threshold, coverageOut, mutate }: CoverageRequest): boolean {
	return coverage === true || coverageOut !== undefined || (threshold !== undefined && mutate !== true);
}

/** Measures what `executed` executes of the policies, and writes files if asked. @throws SluiceError */
export async function runCoverage(
	request: CoverageRequest,
	executed: readonly Executed[],
	wanted: (name: string) => boolean,
	compiler: Compiler,
	shell: Shell,
): Promise<CoverageResult> {
	const { threshold, coverageOut } = request;
	const counted = await measure(executed, wanted, compiler, shell);
	const policies = counted.map((folder) => coverageOf(folder, shell));
	const data = coverageData(policies, threshold);
	if (coverageOut !== undefined) await writeAll(coverageOut, policies, data, shell);
	return { groups: coverageGroups(policies, threshold), words: `coverage ${overall(policies).percent} %`, data };
}

async function writeAll(name: string, policies: readonly PolicyCoverage[], data: object, shell: Shell): Promise<void> {
	const folder = resolve(shell.cwd, name);
	try {
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, 'lcov.info'), lcov(policies));
		await writeFile(join(folder, 'index.html'), html(policies));
		await writeFile(join(folder, 'coverage.json'), `${JSON.stringify({ version: 1, ...data }, null, 2)}\n`);
	} catch (cause) {
		const why = (cause as Error).message.split(',')[0];
		throw new SluiceError('ERR_COVERAGE_OUT', `the coverage cannot be written to \`${name}\`: ${why}`, {
			help: 'name a folder that can be made and written with --coverage-out',
			cause,
		});
	}
}
