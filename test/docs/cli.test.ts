import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import t from 'tap';
import { commands } from '../../cli/commands/index.ts';
import type { Shell } from '../../cli/shell.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
const [works = '', later = ''] = page.split('## What does not work yet');

/** Nothing is run, so the shell is never asked for anything. */
function registered(): Command {
	const program = new Command('sluice');
	for (const add of commands) add(program, {} as Shell, () => {});
	return program;
}

/** `check`, `sessions list`, … */
function names(program: Command): string[] {
	return program.commands.flatMap((command) =>
		command.commands.length === 0
			? [command.name()]
			: command.commands.map((child) => `${command.name()} ${child.name()}`),
	);
}

/** First column of the table of commands, `a b|c` as two. */
function documented(): string[] {
	return [...works.matchAll(/^\| `([a-z]+)((?: [a-z]+(?:\\\|[a-z]+)+)?)/gm)].flatMap(([, name = '', children = '']) =>
		children === ''
			? [name]
			: children
					.trim()
					.split('\\|')
					.map((child) => `${name} ${child}`),
	);
}

t.test('the table has the commands that are there, and no other', async (t) => {
	t.same([...new Set(documented())].sort(), names(registered()).sort());
});

t.test('options that the table names exist', async (t) => {
	const program = registered();
	const unknown: string[] = [];
	for (const [, name = '', rest = ''] of works.matchAll(/^\| `([a-z]+)([^`]*)`/gm)) {
		const command = program.commands.find((candidate) => candidate.name() === name);
		const all = [command, ...(command?.commands ?? [])].flatMap((one) => one?.options ?? []);
		for (const [flag] of rest.matchAll(/--[a-z-]+|(?<= )-[a-z]\b/g)) {
			if (!all.some((option) => option.long === flag || option.short === flag)) unknown.push(`${name} ${flag}`);
		}
	}
	t.same(unknown, []);
});

t.test('what does not work yet is not registered', async (t) => {
	const there = new Set(registered().commands.map((command) => command.name()));
	const listed = [...later.matchAll(/`([a-z]+)`/g)].map(([, name = '']) => name);
	t.not(listed.length, 0);
	t.same(
		listed.filter((name) => there.has(name)),
		[],
	);
});
