import { firing } from '../../output/coverage/matrix.ts';
import type { PolicyCoverage } from '../../output/coverage/model.ts';
import { overall } from './report.ts';

/** The member `coverage` of the JSON form of a test report, and `coverage.json`; public API. */
export function coverageData(policies: readonly PolicyCoverage[], threshold: number | undefined): object {
	const { covered, total, percent } = overall(policies);
	return {
		lines: { covered, total, percent },
		...(threshold === undefined ? {} : { threshold, met: percent >= threshold }),
		policies: policies.map(({ policy, frames, tests, lines, byFixtures, expressions, files, sets }) => {
			const { rules, fired, never } = firing(sets);
			return {
				policy,
				frames,
				tests,
				lines,
				byFixtures,
				expressions,
				rules: { total: rules, fired, never, sets },
				files: files.map(({ path, totals, lines: each, byTestsOnly, idle }) => ({
					file: path,
					...totals,
					byTestsOnly,
					idle,
					lines: each.map(({ row, status, hits, reason, never: columns }) => ({
						row,
						status,
						hits,
						...(reason === undefined ? {} : { code: reason.code, reason: reason.text }),
						...(columns === undefined ? {} : { never: columns }),
					})),
				})),
			};
		}),
	};
}
