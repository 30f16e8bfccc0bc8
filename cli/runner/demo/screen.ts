import { paint } from '../../output/paint.ts';
import { wrap } from '../../output/wrap.ts';
import type { Shell } from '../../shell.ts';

/** What the tour says, at the width of the terminal. */
export class Screen {
	readonly #shell: Shell;
	readonly width: number;
	#scene = 0;

	constructor(shell: Shell) {
		this.#shell = shell;
		this.width = Math.min(shell.width, 80);
	}

	/** Starts the next numbered scene. */
	async scene(title: string): Promise<void> {
		this.#scene++;
		await this.raw(`\n${paint('bold', `${this.#scene}. ${title}`, this.#shell.color)}\n`);
	}

	/** A sentence, wrapped. */
	async say(text: string): Promise<void> {
		await this.output(wrap(text, this.width - 3));
	}

	/** A named value on a line of its own. */
	async fact(name: string, value: string): Promise<void> {
		await this.raw(`   ${name.padEnd(8)}${value}\n`);
	}

	/** A command as somebody would type it, before what it prints. */
	async command(line: string): Promise<void> {
		await this.raw(`   ${paint('dim', `$ ${line}`, this.#shell.color)}\n`);
	}

	/** What a command printed, set in. */
	async output(text: string): Promise<void> {
		const lines = text.replace(/\n+$/, '').split('\n');
		await this.raw(`${lines.map((line) => (line === '' ? '' : `   ${line}`)).join('\n')}\n`);
	}

	raw(text: string): Promise<void> {
		return this.#shell.out(text);
	}
}
