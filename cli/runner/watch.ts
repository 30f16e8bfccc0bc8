import { SluiceError } from '../../engine/error.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import { failure } from '../failure.ts';
import { paint } from '../output/paint.ts';
import type { Report } from '../output/report.ts';
import { text } from '../output/text.ts';
import type { Shell } from '../shell.ts';
import { shown, withCompiler } from './policy-argument.ts';
import { runJobs, type TestRequest, testWith } from './test.ts';
import { plan } from './test-plan.ts';
import { affectedBy, rootsOf } from './watch/affected.ts';
import { TestBooks } from './watch/books.ts';
import { Changes } from './watch/changes.ts';

/** Clears the screen and what scrolled off it. */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

/**
 * Runs the tests, and again whenever a file that they read changes: first those beside the changed files, then all. What
 * does not compile is said, and the last result stands. Ends when the command is stopped.
 */
export async function watchTests(request: TestRequest, shell: Shell): Promise<void> {
	if (request.update === true || request.mutate === true) {
		const option = request.update === true ? '--update' : '--mutate';
		throw new SluiceError('ERR_USAGE', `\`--watch\` and \`${option}\` do not go together`, {
			help:
				request.update === true
					? 'a snapshot is rewritten once and reviewed: run `sluice test --update` by itself'
					: 'run `sluice test --mutate --run RULE` by itself: of one rule it takes seconds',
		});
	}
	await withCompiler(shell, (compiler) => new Watch(request, compiler, shell).run());
}

class Watch {
	readonly #request: TestRequest;
	readonly #compiler: Compiler;
	readonly #shell: Shell;
	readonly #changes: Changes;
	readonly #books = new TestBooks();
	/** The last full result. */
	#last: Report | undefined;

	constructor(request: TestRequest, compiler: Compiler, shell: Shell) {
		this.#request = request;
		this.#compiler = compiler;
		this.#shell = shell;
		this.#changes = new Changes(shell.clock, shell.cwd);
	}

	async run(): Promise<void> {
		const [shell, changes] = [this.#shell, this.#changes];
		const stop = () => changes.close();
		shell.stopped.addEventListener('abort', stop);
		try {
			await this.#cover();
			await changes.look();
			await this.#all();
			while (!shell.stopped.aborted) {
				const changed = await changes.next();
				if (changed.length === 0) break;
				await this.#again(changed);
			}
		} finally {
			shell.stopped.removeEventListener('abort', stop);
			changes.close();
		}
	}

	/** What is watched, as far as it can be told: a path that is not there is an error only at the start. */
	async #cover(): Promise<void> {
		const { paths, policy } = this.#request;
		const jobs = await plan(paths, policy, this.#shell);
		const named = paths.length > 0 ? paths : ['policies', 'policy-test-fixtures'];
		await this.#changes.over(await rootsOf(named, jobs, this.#shell));
	}

	async #again(changed: readonly string[]): Promise<void> {
		const shell = this.#shell;
		const names = changed.map((path) => shown(path, shell));
		const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
		if (shell.terminal) await shell.out(CLEAR);
		await shell.out(`${paint('bold', `changed: ${names.slice(0, 3).join(', ')}${more}`, shell.color)}\n\n`);
		try {
			await this.#cover();
			const { paths, policy } = this.#request;
			const jobs = await affectedBy(changed, await plan(paths, policy, shell), shell);
			if (jobs.length > 0) {
				const { groups } = await runJobs(jobs, this.#compiler, { ...this.#request, first: true }, shell, this.#books);
				const failed = groups.flatMap(({ items }) => items).filter(({ status }) => status === 'failure');
				const passed = groups.flatMap(({ items }) => items).filter(({ status }) => status === 'ok').length;
				if (passed + failed.length > 0) {
					const summary = `beside the change: ${passed} passed, ${failed.length} failed`;
					const report: Report = { command: 'test', exit: failed.length > 0 ? 1 : 0, groups, summary, data: {} };
					await this.#show(report);
				}
			}
		} catch {
			// it is said of all tests
		}
		await this.#all();
	}

	async #all(): Promise<void> {
		try {
			const report = await testWith(this.#compiler, this.#request, this.#shell, this.#books);
			this.#last = report;
			await this.#show(report);
			const ran = this.#books.said();
			if (ran !== undefined) await this.#shell.out(`${ran}\n`);
			await this.#say(`watching: ${report.summary}`, report.exit === 0);
		} catch (error) {
			if (!(error instanceof SluiceError)) throw error;
			if (this.#shell.stopped.aborted) return;
			await this.#shell.out(`${failure(error).text}\n`);
			const before = this.#last === undefined ? '' : `; before: ${this.#last.summary}`;
			await this.#say(`watching: the tests do not run${before}`, false);
		}
	}

	async #show(report: Report): Promise<void> {
		const { width, color } = this.#shell;
		await this.#shell.out(`${text(report, { width, color })}\n`);
	}

	/** The verdict, on one line, whatever its length: programs wait for it. */
	async #say(line: string, good: boolean): Promise<void> {
		await this.#shell.out(`${paint(good ? 'green' : 'red', line, this.#shell.color)}\n`);
	}
}
