import { type ChildProcess, spawn } from 'node:child_process';
import { SluiceError } from '../error.ts';
import type { CompilerProblem, Operations } from './compiler-protocol.ts';

/** A program that speaks the compiler's JSON lines, as `locateCompiler` finds it. */
export interface CompilerProgram {
	/** Executable and arguments. */
	readonly command: readonly [string, ...string[]];
	/** The whole environment of the child; nothing is inherited. */
	readonly env: Readonly<Record<string, string>>;
}

/** The program refused a request: the policy is wrong, not the program. */
export class CompilerRefusal extends Error {
	readonly problems: readonly CompilerProblem[];

	constructor(problems: readonly CompilerProblem[]) {
		super(problems.map((p) => p.message).join('; '));
		this.name = 'CompilerRefusal';
		this.problems = problems;
	}
}

interface Pending {
	readonly resolve: (result: unknown) => void;
	readonly reject: (error: Error) => void;
}

/** How much of what the program says on stderr an error message keeps. */
const STDERR_TAIL = 2000;

/**
 * The compiler process: one child, started by the first request, and again by the next one after a crash. It
 * ends with the parent (its stdin closes) and does not keep the parent alive while nothing is asked.
 */
export class Compiler {
	readonly #locate: () => Promise<CompilerProgram>;
	#child: Promise<ChildProcess> | undefined;
	#running: ChildProcess | undefined;
	readonly #pending = new Map<number, Pending>();
	#lastId = 0;
	#closed = false;

	constructor(locate: () => Promise<CompilerProgram>) {
		this.#locate = locate;
	}

	/**
	 * Asks the program one thing. Requests are answered in order.
	 *
	 * @throws {CompilerRefusal} what is wrong with the policy, with places
	 * @throws {SluiceError} `ERR_COMPILER_MISSING` (from locating it), `ERR_COMPILER_CRASHED`
	 */
	async request<Op extends keyof Operations>(op: Op, body: Operations[Op]['in']): Promise<Operations[Op]['out']> {
		if (this.#closed) throw new SluiceError('ERR_COMPILER_CRASHED', 'the policy compiler has been closed');
		let child: ChildProcess;
		do {
			this.#child ??= this.#start();
			child = await this.#child;
		} while (this.#running !== child); // it ended before its turn came: another one
		const id = ++this.#lastId;
		const answer = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
		hold(child, true);
		child.stdin?.write(`${JSON.stringify({ ...body, id, op })}\n`);
		return (await answer) as Operations[Op]['out'];
	}

	/** Ends the child. What is still asked fails. */
	async close(): Promise<void> {
		this.#closed = true;
		const child = await this.#child?.catch(() => undefined);
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const gone = new Promise((resolve) => child.once('close', resolve));
		hold(child, true);
		if (this.#pending.size > 0) child.kill();
		else child.stdin?.end();
		await gone;
	}

	async #start(): Promise<ChildProcess> {
		let program: CompilerProgram;
		try {
			program = await this.#locate();
		} catch (error) {
			this.#child = undefined;
			throw error;
		}
		const [file, ...args] = program.command;
		const child = spawn(file, args, { env: program.env, stdio: 'pipe', windowsHide: true });
		this.#running = child;
		const lines: Buffer[] = [];
		child.stdout.on('data', (chunk: Buffer) => {
			let rest = chunk;
			for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
				lines.push(rest.subarray(0, end));
				this.#answer(child, Buffer.concat(lines.splice(0)).toString('utf8'));
				rest = rest.subarray(end + 1);
			}
			if (rest.length > 0) lines.push(rest);
		});
		let said = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			said = (said + text).slice(-STDERR_TAIL);
		});
		// A write to a program that has just died: its end is reported by `close`.
		child.stdin.on('error', () => {});
		let failure: Error | undefined;
		child.on('error', (error) => {
			failure = error;
		});
		child.on('close', (code, signal) => this.#ended(child, file, failure, code, signal, said));
		hold(child, false);
		return child;
	}

	#answer(child: ChildProcess, line: string): void {
		const answer = parse(line);
		const pending = answer && this.#pending.get(answer.id);
		if (!answer || !pending) {
			child.kill(); // not our program, or out of step: nothing it says can be believed
			return;
		}
		this.#pending.delete(answer.id);
		if (this.#pending.size === 0) hold(child, false);
		if (answer.ok) pending.resolve(answer.result);
		else pending.reject(new CompilerRefusal(answer.errors ?? []));
	}

	#ended(
		child: ChildProcess,
		file: string,
		failure: Error | undefined,
		code: number | null,
		signal: string | null,
		said: string,
	): void {
		if (this.#running !== child) return;
		this.#running = undefined;
		this.#child = undefined;
		const why = failure?.message ?? (signal ? `signal ${signal}` : `exit code ${code}`);
		const error = new SluiceError(
			'ERR_COMPILER_CRASHED',
			`the policy compiler \`${file}\` ended in the middle of its work (${why})${said ? `: ${said.trim()}` : ''}`,
			{
				help: 'try again; if it ends each time, remove the built compiler from the cache folder, or unset SLUICE_COMPILER',
			},
		);
		for (const pending of this.#pending.values()) pending.reject(error);
		this.#pending.clear();
	}
}

interface Answer {
	readonly id: number;
	readonly ok: boolean;
	readonly result?: unknown;
	readonly errors?: readonly CompilerProblem[];
}

function parse(line: string): Answer | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null && 'id' in value ? (value as Answer) : undefined;
	} catch {
		return undefined;
	}
}

/** Whether the child keeps this process alive. */
function hold(child: ChildProcess, on: boolean): void {
	const parts = [child, child.stdin, child.stdout, child.stderr] as ({ ref?(): void; unref?(): void } | null)[];
	for (const part of parts) on ? part?.ref?.() : part?.unref?.();
}
