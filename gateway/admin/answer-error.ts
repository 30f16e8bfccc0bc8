import { SluiceError } from '../../engine/error.ts';
import { publish } from '../telemetry/channels.ts';
import { apiErrorOf } from './api-error.ts';

/** What is said of an error: never a stack trace, and nothing of one that nobody meant for readers. */
export function errorOf(error: unknown): SluiceError {
	const said = apiErrorOf(error);
	if (said !== undefined) return said;
	const where =
		error instanceof Error ? error.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) : '';
	publish('trouble', { code: 'ERR_INTERNAL', message: `a request to the admin API failed ${where?.trim() ?? ''}` });
	return new SluiceError('ERR_INTERNAL', 'something went wrong inside the gateway', {
		help: 'its log says where; try again',
	});
}
