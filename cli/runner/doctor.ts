import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import { loadPolicy } from '../../engine/policy/load.ts';
import type { Config, ServerConfig } from '../../gateway/config/config.ts';
import { type ListenAddress, spellAddress } from '../../gateway/config/listen-address.ts';
import { readSecret, type SecretSource } from '../../gateway/config/secret.ts';
import { defaultMasterKeyPath, readMasterKey } from '../../gateway/record/master-key.ts';
import { openStore } from '../../gateway/store/store.ts';
import type { Item } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { plural } from './check.ts';
import { configFrom } from './config-argument.ts';
import { compiledOf, policyArgument, shown, withCompiler } from './policy-argument.ts';

/** Looks at everything that `run` needs, changes nothing, and says what is in the way. */
export async function runDoctor(file: string, shell: Shell): Promise<Item[]> {
	const items: Item[] = [{ name: 'node', status: 'ok', message: process.version }];
	items.push(
		await attempt('compiler', async () =>
			withCompiler(shell, async (compiler) => {
				const { opa, platform } = await compiler.request('version', {});
				return `opa ${opa} (${platform})`;
			}),
		),
	);
	let config: Config | undefined;
	items.push(
		await attempt('configuration', async () => {
			config = await configFrom(file, shell);
			return shown(config.file, shell);
		}),
	);
	if (config === undefined) return items;
	const found = config;
	items.push(
		await attempt('policy', () =>
			withCompiler(shell, async (compiler) => {
				const policy = loadPolicy(await compiledOf(await policyArgument(found.file, shell), compiler, shell));
				return `${plural(policy.rules.length, 'rule')}, revision ${policy.revision.slice(0, 12)}`;
			}),
		),
		await attempt('master key', async () => masterKeyState(found, shell)),
		await attempt('store', async () => storeState(found)),
	);
	for (const name of ['listen', 'admin'] as const) items.push(await attempt(name, () => free(found[name])));
	for (const server of Object.values(found.servers)) {
		items.push(await attempt(`server ${server.name}`, () => serverState(server, shell)));
	}
	return items;
}

async function attempt(name: string, look: () => Promise<string>): Promise<Item> {
	try {
		return { name, status: 'ok', message: await look() };
	} catch (error) {
		if (!(error instanceof SluiceError)) throw error;
		const [message = '', ...detail] = error.message.split('\n');
		return {
			name,
			status: 'failure',
			rule: error.code,
			message,
			detail,
			...(error.help === undefined ? {} : { help: error.help }),
		};
	}
}

async function masterKeyState(config: Config, shell: Shell): Promise<string> {
	const source = config.keys.master ?? { file: defaultMasterKeyPath(config.dataDir) };
	if (!('file' in source)) {
		await readSecret(source, 'keys.master', shell.env);
		return 'readable';
	}
	if (!existsSync(source.file)) return 'made at first use';
	readMasterKey(source.file);
	return shown(source.file, shell);
}

async function storeState(config: Config): Promise<string> {
	if (!existsSync(join(config.dataDir, 'store'))) return `made at first use in ${config.dataDir}`;
	const store = await openStore(config.dataDir, { readOnly: true });
	await store.close();
	return config.dataDir;
}

function free(address: ListenAddress): Promise<string> {
	const name = spellAddress(address);
	return new Promise((done, fail) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) => {
			const why = error.code === 'EADDRINUSE' ? 'something listens there already' : String(error.code);
			fail(
				new SluiceError('ERR_LISTEN', `cannot listen on \`${name}\`: ${why}`, {
					help: 'is the gateway running? else choose another address',
				}),
			);
		});
		server.listen(address.port, address.host, () => server.close(() => done(`${name} is free`)));
	});
}

async function serverState({ name, upstream }: ServerConfig, shell: Shell): Promise<string> {
	const secrets = upstream.kind === 'stdio' ? upstream.env : upstream.headers;
	const part = upstream.kind === 'stdio' ? 'env' : 'headers';
	for (const [key, value] of Object.entries(secrets)) {
		if (typeof value !== 'string')
			await readSecret(value satisfies SecretSource, `servers.${name}.${upstream.kind}.${part}.${key}`, shell.env);
	}
	if (upstream.kind !== 'stdio') {
		const { auth, kind, url } = upstream;
		const at = `servers.${name}.${kind}.auth.${auth?.kind}.clientSecret`;
		if (auth?.clientSecret !== undefined) await readSecret(auth.clientSecret, at, shell.env);
		return url;
	}
	const program = which(upstream.command, upstream.cwd, shell);
	if (program !== undefined) return program;
	throw new SluiceError('ERR_SERVER_COMMAND', `there is no program \`${upstream.command}\``, {
		help: 'install it, or give its path',
	});
}

function which(command: string, cwd: string, shell: Shell): string | undefined {
	const paths = /[\\/]/.test(command)
		? [isAbsolute(command) ? command : resolve(cwd, command)]
		: (shell.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command));
	return paths.find((path) => {
		try {
			accessSync(path, constants.X_OK);
			return statSync(path).isFile();
		} catch {
			return false;
		}
	});
}
