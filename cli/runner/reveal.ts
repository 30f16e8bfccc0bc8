import { SluiceError } from '../../engine/error.ts';
import type { Shell } from '../shell.ts';
import type { Selection } from './selection.ts';
import { isSessionPath } from './session-argument.ts';

/**
 * What was received leaves a store by an export only, which is recorded: `--reveal` is for files.
 * @throws SluiceError `ERR_REVEAL`
 */
export function refuseReveal(
	request: Pick<Selection, 'sessions' | 'all'> & {
		readonly reveal?: boolean;
		readonly gateway?: string;
		readonly candidate?: boolean;
	},
	shell: Shell,
): void {
	if (request.reveal !== true) return;
	const stored = request.sessions.find((session) => !isSessionPath(session, shell));
	if (request.all !== true && request.gateway === undefined && stored === undefined) {
		if (request.candidate !== true) return;
		throw new SluiceError('ERR_USAGE', '--candidate and --reveal do not go together', {
			help: 'leave one of them out',
		});
	}
	throw revealRefused(stored ?? '--all');
}

/** The refusal, with the way out for that session. */
export function revealRefused(session: string): SluiceError {
	return new SluiceError(
		'ERR_REVEAL',
		'received bytes leave a store by `sluice sessions export` only, which is recorded',
		{
			help: `\`sluice sessions export ${session} > exported.session.jsonl\`, then name that file`,
		},
	);
}
