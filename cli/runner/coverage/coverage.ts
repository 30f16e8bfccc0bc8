import { join } from 'node:path';
import { coverFile, totalsOf } from '../../../engine/policy/coverage/lines.ts';
import type { CoveredFile, PolicyCoverage } from '../../output/coverage/model.ts';
import type { Shell } from '../../shell.ts';
import { shown } from '../policy-argument.ts';
import type { CountedFolder } from './instrumented.ts';

/** Lines, expressions and rules of a counted folder. */
export function coverageOf(folder: CountedFolder, shell: Shell): PolicyCoverage {
	const { module, rules, asked, byFixtures, byTests, source } = folder;
	const { bodies } = module;
	const off = new Set(rules.filter(({ id }) => !asked.has(id)).map(({ id }) => `data.rules.${id.replace('/', '.')}`));
	const both = byFixtures.plus(byTests);
	const fixtures = source.modules.map(({ path, text }) => {
		return coverFile(path, text, { bodies, counts: byFixtures, off });
	});
	const files = source.modules.map(({ path, text }, i): CoveredFile => {
		const covered = coverFile(path, text, { bodies, counts: both, off });
		const before = new Set(fixtures[i]!.lines.filter(({ status }) => status === 'covered').map(({ row }) => row));
		const gained = covered.lines.filter(({ row, status }) => status === 'covered' && !before.has(row));
		return {
			...covered,
			path: shown(join(folder.folder, path), shell),
			text,
			totals: totalsOf([covered]),
			byTestsOnly: gained.map(({ row }) => row),
		};
	});
	return {
		policy: folder.name,
		frames: folder.frames,
		tests: folder.tests,
		lines: totalsOf(files),
		byFixtures: totalsOf(fixtures),
		expressions: {
			total: files.reduce((sum, { expressions }) => sum + expressions.total, 0),
			held: files.reduce((sum, { expressions }) => sum + expressions.held, 0),
		},
		files: files.filter(({ lines }) => lines.length > 0),
		sets: folder.fired.of(rules),
	};
}
