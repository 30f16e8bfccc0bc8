import { randomUUID } from 'node:crypto';
import { type Params, Refusal } from '../reference-server/call.ts';
import { failure } from './frames.ts';

/** What a task may do while it works. */
export interface Work {
	/** Fires when the task was cancelled. */
	readonly signal: AbortSignal;
	/** Asks the client; resolves when every one of `requests` was answered with `tasks/update`. */
	ask(requests: Params): Promise<Params>;
}

interface Task {
	readonly taskId: string;
	readonly createdAt: string;
	readonly cancel: AbortController;
	lastUpdatedAt: string;
	status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';
	outcome: { readonly result?: Params; readonly error?: unknown };
	open: Record<string, unknown>;
	answers: Record<string, unknown>;
	answered: (() => void) | undefined;
}

/** Tasks live an hour; nothing in a test is older. */
const ttlMs = 3_600_000;

/** The extension `io.modelcontextprotocol/tasks` (SEP-2663): what runs on after its request was answered. */
export class Tasks {
	readonly #tasks = new Map<string, Task>();

	/** Begins a task; the answer is what `tools/call` gives. */
	create(run: (work: Work) => Promise<Params>): Params {
		const now = new Date().toISOString();
		const task: Task = {
			taskId: randomUUID(),
			createdAt: now,
			lastUpdatedAt: now,
			cancel: new AbortController(),
			status: 'working',
			outcome: {},
			open: {},
			answers: {},
			answered: undefined,
		};
		this.#tasks.set(task.taskId, task);
		run({ signal: task.cancel.signal, ask: (requests) => ask(task, requests) }).then(
			(result) => settle(task, 'completed', { result }),
			(error) => settle(task, 'failed', { error: failure(null, error).error }),
		);
		return { resultType: 'task', ...described(task) };
	}

	/** `tasks/get` */
	get(params: Params): Params {
		const task = this.#find(params);
		const waiting = task.status === 'input_required' ? { inputRequests: task.open } : {};
		return { ...described(task), ...task.outcome, ...waiting };
	}

	/** `tasks/update`: answers to questions that are not open are ignored. */
	update(params: Params): Params {
		const task = this.#find(params);
		for (const [key, answer] of Object.entries((params['inputResponses'] ?? {}) as Params)) {
			if (!(key in task.open)) continue;
			delete task.open[key];
			task.answers[key] = answer;
		}
		if (task.status === 'input_required' && Object.keys(task.open).length === 0) {
			become(task, 'working');
			task.answered?.();
		}
		return {};
	}

	/** `tasks/cancel`: of a task that is over, nothing happens. */
	cancel(params: Params): Params {
		const task = this.#find(params);
		settle(task, 'cancelled', {});
		task.cancel.abort();
		return {};
	}

	#find({ taskId }: Params): Task {
		const task = this.#tasks.get(String(taskId));
		if (task === undefined) throw new Refusal(-32602, `no task \`${taskId}\``);
		return task;
	}
}

function described({ taskId, status, createdAt, lastUpdatedAt }: Task): Params {
	return { taskId, status, createdAt, lastUpdatedAt, ttlMs, pollIntervalMs: 100 };
}

async function ask(task: Task, requests: Params): Promise<Params> {
	task.open = { ...requests };
	task.answers = {};
	become(task, 'input_required');
	await new Promise<void>((resolve) => {
		task.answered = resolve;
	});
	return task.answers;
}

function settle(task: Task, status: Task['status'], outcome: Task['outcome']): void {
	if (task.status !== 'working' && task.status !== 'input_required') return;
	become(task, status);
	task.outcome = outcome;
}

function become(task: Task, status: Task['status']): void {
	task.status = status;
	task.lastUpdatedAt = new Date().toISOString();
}
