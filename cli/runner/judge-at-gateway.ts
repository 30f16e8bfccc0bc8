import { SluiceError } from '../../engine/error.ts';
import { packBundle } from '../../engine/policy/bundle.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import type { JudgedAll } from '../../gateway/judging/judge-all.ts';
import { type JudgementKind, packRequest } from '../../gateway/judging/request.ts';
import type { TallyOf, Task } from '../../gateway/judging/task.ts';
import type { Shell } from '../shell.ts';
import { streamFromGateway } from './gateway-api.ts';
import { type Effort, nothingJudged } from './judge-sessions.ts';
import { Meter } from './meter.ts';
import { filtersOf, type Selection } from './selection.ts';

/** Judge where the data lies. */
export interface AtGateway {
	/** Address of the admin API of a running gateway: it judges its own sessions, and gives back what a report is made of. */
	readonly gateway?: string;
	/** File with a token of role auditor; else `SLUICE_TOKEN`. */
	readonly tokenFile?: string;
}

/**
 * As `judgeSessions`, by a running gateway, under policies that are compiled here.
 * @throws SluiceError what the gateway says; `ERR_USAGE` for what only makes sense here
 */
export async function judgeAtGateway<T extends Task>(
	kind: JudgementKind & T['kind'],
	policies: Readonly<Record<string, CompiledPolicy>>,
	request: Selection & Effort & AtGateway & { readonly limit: number },
	shell: Shell,
): Promise<JudgedAll<TallyOf<T>>> {
	refuseHere(request);
	const filters = filtersOf(request, shell);
	const { sessions, all = false, limit } = request;
	const bundles = Object.fromEntries(Object.entries(policies).map(([name, policy]) => [name, packBundle(policy)]));
	const body = packRequest({ sessions, all, limit, selected: filters.sessions, frames: filters.frames }, bundles);
	const meter = new Meter(shell);
	let judged: JudgedAll<TallyOf<T>> | undefined;
	await streamFromGateway(
		request,
		`/judgements/${kind}`,
		body,
		(line) => {
			const { progress, result } = line as { progress?: { sessions: number; frames: number }; result?: typeof judged };
			if (progress !== undefined) meter.show({ ...progress, weight: 0 });
			judged ??= result;
		},
		shell,
	);
	meter.clear();
	if (judged === undefined) {
		throw new SluiceError('ERR_GATEWAY_UNREACHABLE', `the gateway at \`${request.gateway}\` ended in the middle`, {
			help: 'try again when it runs',
		});
	}
	if (request.verbose === true) meter.sum(judged.frames, judged.selected, judged.jobs);
	if (judged.tally.judged === 0) throw nothingJudged(judged, request, kind);
	return judged;
}

function refuseHere({ sessions, all, store, jobs }: Selection & Effort): void {
	const file = sessions.find((arg) => /[\\/*?[{]|\.jsonl(\.gz)?$|^-$/.test(arg));
	if (file !== undefined) {
		throw new SluiceError('ERR_USAGE', `\`${file}\` lies here, and --gateway judges the sessions of its own store`, {
			help: 'name session ids or --all, or leave --gateway out',
		});
	}
	const option = store !== undefined ? '--store' : jobs !== undefined ? '--jobs' : undefined;
	if (option !== undefined) {
		throw new SluiceError('ERR_USAGE', `${option} and --gateway do not go together`, {
			help: 'the gateway judges its own store, with as many threads as it can spare',
		});
	}
	if (sessions.length === 0 && all !== true) {
		throw new SluiceError('ERR_USAGE', 'nobody says which sessions are meant', {
			help: 'name session ids, or add --all for every session of its store',
		});
	}
}
