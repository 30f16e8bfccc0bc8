/** What tap counted, all files together: assertions, and files that ended badly. */
export interface Counts {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}

/**
 * Reads tap's TAP output (version 14, subtests indented by four spaces) line by line, and says in few words how each
 * test file went: one line for a good one, the failed assertions with their diagnostics for a bad one.
 */
export class TapReport {
	readonly #say: (text: string) => void;
	#block: string[] = [];
	#failed = false;
	#counts: Counts | undefined;

	constructor(say: (text: string) => void) {
		this.#say = say;
	}

	/** One line of TAP without its ending. */
	line(text: string): void {
		const total = /^# \{ (total: .*) \}$/.exec(text);
		if (total?.[1] !== undefined) this.#counts = countsOf(total[1]);
		const result = /^(ok|not ok) \d+ - (.*)$/.exec(text);
		if (result?.[2] !== undefined) this.#file(result[1] === 'ok', result[2]);
		else if (text.startsWith('# Subtest: ')) this.#block = [];
		else if (this.#failed) this.#diagnostic(text);
		else if (text.startsWith(' ')) this.#block.push(text);
		else if (text !== '' && total === null && !/^(TAP version|\d+\.\.\d+|# time=|# No coverage|# Subtest)/.test(text))
			this.#say(text);
	}

	/** tap's own totals, or undefined when it ended before it could say them. */
	get counts(): Counts | undefined {
		return this.#counts;
	}

	#file(good: boolean, name: string): void {
		this.#failed = !good;
		this.#say(
			`${good ? 'ok     ' : 'FAILED '} ${name.replace(/ # time=([0-9.]+)ms.*$/, (_, ms: string) => ` (${Math.round(Number(ms))} ms)`)}`,
		);
		if (!good) for (const line of failures(this.#block)) this.#say(line);
		this.#block = [];
	}

	/** Of the diagnostics of a file, only how its process ended is news. */
	#diagnostic(text: string): void {
		if (text === '  ...') this.#failed = false;
		else if (/^ {2}(exitCode: [1-9]|signal: S|timeout|expired)/.test(text)) this.#say(`        ${text.trim()}`);
	}
}

/** Lines of a failed file without its good assertions, plans and empty lines. */
function failures(block: readonly string[]): string[] {
	return block.filter((line) => !/^ *(ok \d|\d+\.\.\d|# time=|TAP version|# Subtest|$)/.test(line));
}

function countsOf(text: string): Counts {
	const count = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(text)?.[1] ?? 0);
	return { passed: count('pass'), failed: count('fail'), skipped: count('skip') + count('todo') };
}
