import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.ts';
import { failure, spell } from './failure.ts';
import type { ExitCode, Shell } from './shell.ts';

/** Adds one command (or a family) to the program. `done` takes the exit code of what ran. */
export type AddCommand = (program: Command, shell: Shell, done: (exit: ExitCode) => void) => void;

/** Runs one command line and says how it ended; `args` without `node` and the script. Never throws. */
export async function run(args: readonly string[], shell: Shell): Promise<ExitCode> {
	let exit: ExitCode = 0;
	const program = new Command('sluice')
		.description('The gateway between AI agents and their MCP tools.')
		.version(version(), '-V, --version')
		.helpOption('-h, --help', 'show help')
		.helpCommand('help [command]', 'show help for a command')
		.showSuggestionAfterError(true);
	let usage: { message: string; help?: string } | undefined;
	settle(program, shell, (message, help) => {
		usage = { message, ...(help === undefined ? {} : { help }) };
	});
	for (const add of commands) {
		add(program, shell, (code) => {
			exit = code;
		});
	}
	inherit(program);
	try {
		await program.parseAsync(args, { from: 'user' });
		return exit;
	} catch (error) {
		if (error instanceof CommanderError) {
			if (error.exitCode === 0) return 0;
			if (usage !== undefined)
				shell.err(spell(usage.message, usage.help ?? '`sluice --help` lists the commands', 'ERR_USAGE'));
			return 2;
		}
		// Ctrl-C reaches the compiler too: what fails because of it is no failure
		if (shell.stopped.aborted) return 130;
		if ((shell.env.SLUICE_DEBUG ?? '') !== '' && error instanceof Error) shell.err(`${error.stack}\n`);
		const { text, exit: code } = failure(error);
		shell.err(text);
		return code;
	}
}

function settle(program: Command, shell: Shell, say: (message: string, help?: string) => void): void {
	program.exitOverride();
	program.configureOutput({
		writeOut: (text) => void shell.out(text),
		writeErr: (text) => shell.err(text),
		getOutHelpWidth: () => shell.width,
		getErrHelpWidth: () => shell.width,
		outputError(text) {
			const [first = '', second] = text.trim().split('\n');
			const message = first.replace(/^error: /, '').replace(/'([^']*)'/g, '`$1`');
			const meant = /Did you mean (?:one of )?(.*)\?\)/.exec(second ?? '')?.[1];
			say(message.replace(/\.$/, ''), meant === undefined ? undefined : `did you mean \`${meant}\`?`);
		},
	});
}

/** Subcommands take over how errors end. */
function inherit(parent: Command): void {
	for (const child of parent.commands) {
		child.copyInheritedSettings(parent);
		inherit(child);
	}
}

function version(): string {
	const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
	return (JSON.parse(manifest) as { version: string }).version;
}
