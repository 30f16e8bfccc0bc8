import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../spawn.ts';

const MAIN = join(import.meta.dirname, '../../../cli/main.ts');

/** How a commit on a branch changes files: path → its new text, made of the old one; undefined removes it. */
export type Change = Readonly<Record<string, (text: string) => string | undefined>>;

/** A new policy in git: a bare `origin`, as a CI system clones it, and `work`, where somebody changes it. */
export class Repository {
	readonly #folder: string;
	#jobs = 0;
	readonly env: Record<string, string | undefined>;

	constructor(folder: string) {
		this.#folder = folder;
		const { CI: _, SLUICE_TOKEN: __, ...env } = process.env;
		mkdirSync(join(folder, 'bin'), { recursive: true });
		const wrapper = `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`;
		writeFileSync(join(folder, 'bin/sluice'), wrapper, { mode: 0o755 });
		this.env = {
			...env,
			PATH: `${join(folder, 'bin')}:${env['PATH']}`,
			...{ NO_COLOR: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
			...{ GIT_AUTHOR_NAME: 'kim', GIT_AUTHOR_EMAIL: 'kim@example.com' },
			...{ GIT_COMMITTER_NAME: 'kim', GIT_COMMITTER_EMAIL: 'kim@example.com' },
		};
		this.git(folder, 'init', '-q', '--bare', '-b', 'main', 'origin');
		this.run(folder, 'sluice new policy work');
		this.git(this.work, 'init', '-q', '-b', 'main');
		this.git(this.work, 'remote', 'add', 'origin', this.origin);
		this.git(this.work, 'add', '-A');
		this.git(this.work, 'commit', '-q', '-m', 'base');
		this.git(this.work, 'push', '-q', 'origin', 'main');
	}

	get work(): string {
		return join(this.#folder, 'work');
	}

	/** With a protocol, since git takes no shallow clone of a path. */
	get origin(): string {
		return `file://${join(this.#folder, 'origin')}`;
	}

	git(cwd: string, ...args: readonly string[]): string {
		return execFileSync('git', args, { cwd, env: this.env, encoding: 'utf8', stdio: 'pipe' }).trim();
	}

	/** A line of shell, as a CI system runs it. */
	run(cwd: string, script: string, env: Readonly<Record<string, string>> = {}, shell = ['bash', '-e', '-c']): Ended {
		const [program = '', ...args] = shell;
		const { status, stdout, stderr } = spawnSync(program, [...args, script], {
			cwd,
			env: { ...this.env, ...env },
			encoding: 'utf8',
		});
		return { code: status, stdout, stderr };
	}

	/** Writes the change into `work`, without a commit. */
	edit(change: Change): void {
		for (const [path, edited] of Object.entries(change)) {
			const file = join(this.work, path);
			const text = edited(readIfThere(file));
			if (text === undefined) this.git(this.work, 'rm', '-q', '-f', path);
			else writeFileSync(file, text);
		}
	}

	/** A branch with the change, pushed as both systems have it: its head, and merged into `main`. */
	propose(name: string, change: Change, commands = ''): void {
		this.git(this.work, 'checkout', '-q', '-B', name, 'main');
		this.edit(change);
		this.run(this.work, commands);
		this.git(this.work, 'add', '-A');
		this.git(this.work, 'commit', '-q', '--allow-empty', '-m', name);
		this.git(this.work, 'push', '-q', '-f', 'origin', `${name}:refs/heads/${name}`);
		this.git(this.work, 'checkout', '-q', '-B', 'merged', 'main');
		this.git(this.work, 'merge', '-q', '--no-ff', '-m', 'merge', name);
		this.git(this.work, 'push', '-q', '-f', 'origin', `merged:refs/pull/${name}/merge`);
		this.git(this.work, 'checkout', '-q', 'main');
	}

	/** A shallow checkout of a ref without any branch, as a runner has it. */
	checkout(ref: string, depth: number): string {
		const cwd = join(this.#folder, `job-${++this.#jobs}`);
		mkdirSync(cwd);
		this.git(cwd, 'init', '-q');
		this.git(cwd, 'remote', 'add', 'origin', this.origin);
		this.git(cwd, 'fetch', '-q', `--depth=${depth}`, 'origin', ref);
		this.git(cwd, 'checkout', '-q', '--detach', 'FETCH_HEAD');
		return cwd;
	}
}

function readIfThere(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}
