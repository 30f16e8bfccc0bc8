import { type Command, Option } from 'commander';
import { SluiceError } from '../../engine/error.ts';
import type { Shell } from '../shell.ts';
import { addPlace, example } from './options.ts';

/** `sessions export`: evidence as it is, or a fixture that may be committed. */
export function exporting(family: Command, shell: Shell): void {
	const command = family
		.command('export')
		.description(
			'Writes sessions as session files to stdout. `session`: received bytes in clear. `fixture`: safe to commit: secrets ' +
				'and personal data replaced by invented values, only what rules read is kept, and every verdict proven to be ' +
				'what it was. An export out of a store is itself recorded.',
		)
		.argument('[sessions...]', 'session ids; for fixtures also session files or folders')
		.option('--all', 'every session of the store')
		.addOption(new Option('--format <format>', 'what to write').choices(['session', 'fixture']).default('session'))
		.option('-o, --output <dir>', 'one file a session into this folder instead')
		.option('--policy <policy>', 'fixture: prove the verdicts under this one (default: the recorded revision)')
		.addOption(
			new Option('--keep <what>', 'fixture: all that rules read, or only what a verdict hangs on').choices([
				'read',
				'needed',
			]),
		)
		.option('--seed <text>', 'fixture: the same seed invents the same values (default: by chance); keep it secret');
	addPlace(command).action(async (sessions, options) => {
		const { output: folder, format, policy, keep, seed, all = false, ...place } = options;
		const target = folder === undefined ? {} : { folder };
		if (format === 'session') {
			const only = Object.entries({ policy, keep, seed }).find(([, value]) => value !== undefined)?.[0];
			if (only !== undefined) throw forFixtures(only);
			const { exportSessions } = await import('../runner/session-export.ts');
			const count = await exportSessions({ ...place, ids: sessions, all, ...target }, shell);
			return shell.progress(`${count} exported`);
		}
		const { exportFixtures } = await import('../runner/fixture/export-fixture.ts');
		const chosen = { ...(policy === undefined ? {} : { policy }), ...(keep && { keep }), ...(seed && { seed }) };
		const count = await exportFixtures({ ...place, ...chosen, ...target, sessions, all }, shell);
		return shell.progress(`${count} exported`);
	});
	example(command, 'sluice sessions export --format fixture recorded.session.jsonl -o policy-test-fixtures/calls');
}

function forFixtures(option: string): SluiceError {
	return new SluiceError('ERR_USAGE', `\`--${option}\` says how a fixture is made`, {
		help: 'add --format fixture, or leave it out',
	});
}
