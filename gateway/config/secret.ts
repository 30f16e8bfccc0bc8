import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { SluiceError } from '../../engine/error.ts';

/** Where a secret is; the secret itself is never part of a configuration. File paths are absolute. */
export type SecretSource =
	| { readonly env: string }
	| { readonly file: string }
	| { readonly command: readonly [string, ...string[]] };

const run = promisify(execFile);

/**
 * The secret behind `source`, without the line ending that editors and `echo` leave at its end.
 *
 * `name` is what it is for (`servers.github.http.headers.authorization`); it stands in errors, the secret never does.
 * @throws SluiceError `ERR_CONFIG_SECRET` when it is not there, is empty or cannot be read.
 */
export async function readSecret(
	source: SecretSource,
	name: string,
	env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
	const secret = (await fetchSecret(source, name, env)).replace(/\r?\n$/, '');
	if (secret === '') {
		throw new SluiceError('ERR_CONFIG_SECRET', `\`${name}\` is empty: ${spellSource(source)} holds nothing`, {
			help: 'put the secret there',
		});
	}
	return secret;
}

async function fetchSecret(
	source: SecretSource,
	name: string,
	env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
	if ('env' in source) {
		const value = env[source.env];
		if (value !== undefined) return value;
		throw new SluiceError('ERR_CONFIG_SECRET', `\`${name}\` needs the environment variable \`${source.env}\``, {
			help: `set \`${source.env}\`, or use { file: … }`,
		});
	}
	if ('file' in source) {
		try {
			return await readFile(source.file, 'utf8');
		} catch (cause) {
			const why = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
			throw new SluiceError('ERR_CONFIG_SECRET', `cannot read \`${source.file}\` for \`${name}\` (${why})`, {
				help: 'check the path and its permissions',
				cause,
			});
		}
	}
	const [program, ...args] = source.command;
	try {
		const { stdout } = await run(program, args, { timeout: 30_000, maxBuffer: 1024 * 1024 });
		return stdout;
	} catch (cause) {
		// neither what it printed nor its arguments: both may hold secrets
		const { code, killed } = cause as { code?: number | string; killed?: boolean };
		const why = killed === true ? 'no answer within 30s' : `exit ${code ?? 'unknown'}`;
		throw new SluiceError('ERR_CONFIG_SECRET', `the command \`${program}\` for \`${name}\` failed (${why})`, {
			help: 'run it by hand to see why',
		});
	}
}

/** How a source is shown where a secret would stand. */
export function spellSource(source: SecretSource): string {
	if ('env' in source) return `the environment variable \`${source.env}\``;
	if ('file' in source) return `\`${source.file}\``;
	return `what \`${source.command[0]}\` printed`;
}
