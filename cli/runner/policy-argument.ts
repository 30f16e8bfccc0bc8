import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { createDetector } from '../../engine/detect/detector.ts';
import { SluiceError } from '../../engine/error.ts';
import { readBundle } from '../../engine/policy/bundle.ts';
import { cacheDir } from '../../engine/policy/cache-dir.ts';
import { compilePolicy } from '../../engine/policy/compile.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import { knowledgeOf } from '../../engine/policy/knowledge.ts';
import { openCompiler } from '../../engine/policy/locate-compiler.ts';
import type { VerifyKey } from '../../engine/policy/signing/keys.ts';
import { readPolicySource } from '../../engine/policy/source.ts';
import type { CompiledPolicy, MaskingConfig, PolicySource } from '../../engine/policy/types.ts';
import type { Config } from '../../gateway/config/config.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import { maskingOf } from '../../gateway/config/masking.ts';
import { unsignedFolder, verifyKeyOf } from '../../gateway/config/verify-key.ts';
import type { Shell } from '../shell.ts';
import { CONFIG_FILE, configIfAny } from './config-argument.ts';

/** Detectors when only a folder is given: what `sluice.yaml` has by default (contract §4). */
const ALL_DETECTORS: MaskingConfig = { detectors: ['secrets', 'pii'] };

/** What a POLICY argument names (contract §3): Rego and data with their detectors, or a bundle. */
export type PolicyArgument =
	| {
			readonly kind: 'folder';
			/** As the user would say it. */
			readonly name: string;
			readonly folder: string;
			readonly dataFiles: readonly string[];
			readonly masking: MaskingConfig;
	  }
	| {
			readonly kind: 'bundle';
			readonly name: string;
			readonly file: string;
			/** What it must be signed with; absent: it must not be signed. */
			readonly key?: VerifyKey;
	  };

/**
 * Finds out what `argument` is: a folder, a bundle (`.tar.gz`), or a `sluice.yaml`, whose path, data, masking and key all
 * count. Without one: `sluice.yaml` here, else `./policies`. A bundle that is named itself is verified with the key of
 * the `sluice.yaml` here, if that has one. `unsigned`: a folder will do where a `sluice.yaml` asks for a signed bundle.
 * @throws SluiceError `ERR_POLICY_MISSING`, `ERR_POLICY_UNSIGNED`, `ERR_CONFIG_…`, `ERR_VERIFY_KEY`
 */
export async function policyArgument(
	argument: string | undefined,
	shell: Shell,
	options: { readonly unsigned?: boolean } = {},
): Promise<PolicyArgument> {
	const name = argument ?? (existsSync(resolve(shell.cwd, CONFIG_FILE)) ? CONFIG_FILE : 'policies');
	const path = resolve(shell.cwd, name);
	const found = statSync(path, { throwIfNoEntry: false });
	if (found === undefined) {
		throw new SluiceError('ERR_POLICY_MISSING', `there is no policy \`${name}\``, {
			help: 'name a policy folder, a bundle made by `sluice build`, or a sluice.yaml',
		});
	}
	if (found.isDirectory()) return { kind: 'folder', name, folder: path, dataFiles: [], masking: ALL_DETECTORS };
	if (!/\.(ya?ml|json)$/.test(path)) return bundle(name, path, await configIfAny(undefined, shell));
	const config = await loadConfig(path);
	const { policy } = config;
	if (statSync(policy.path, { throwIfNoEntry: false })?.isFile() === true) {
		return bundle(shown(policy.path, shell), policy.path, config);
	}
	if (policy.verifyKey !== undefined && options.unsigned !== true) throw unsignedFolder(shown(policy.path, shell));
	return {
		kind: 'folder',
		name: shown(policy.path, shell),
		folder: policy.path,
		dataFiles: policy.data,
		masking: await maskingOf(config),
	};
}

async function bundle(name: string, file: string, config: Config | undefined): Promise<PolicyArgument> {
	const key = config === undefined ? undefined : await verifyKeyOf(config);
	return { kind: 'bundle', name, file, ...(key === undefined ? {} : { key }) };
}

/** The Rego and data of a folder. @throws SluiceError when the argument is a bundle */
export function sourceOf(argument: PolicyArgument): Promise<PolicySource> {
	if (argument.kind === 'folder') return readPolicySource(argument.folder, argument.dataFiles);
	throw new SluiceError(
		'ERR_POLICY_MISSING',
		`\`${argument.name}\` is a bundle, and this needs the folder it was built from`,
		{
			help: 'name the policy folder',
		},
	);
}

/** Compiles (or reads) what the argument names; `data` is merged over the folder's. @throws SluiceError */
export async function compiledOf(
	argument: PolicyArgument,
	compiler: Compiler,
	shell: Shell,
	change: (source: PolicySource) => PolicySource = (source) => source,
): Promise<CompiledPolicy> {
	if (argument.kind === 'bundle') return readBundle(argument.file, argument.key);
	const source = change(await sourceOf(argument));
	const detector = createDetector(argument.masking);
	const cache = cacheDir(shell.env);
	return compilePolicy(source, argument.masking, detector.version, compiler, cache, knowledgeOf(detector));
}

/** `policyArgument` and `compiledOf` in one. @throws SluiceError */
export async function policyFrom(
	argument: string | undefined,
	compiler: Compiler,
	shell: Shell,
): Promise<CompiledPolicy> {
	return compiledOf(await policyArgument(argument, shell), compiler, shell);
}

/** Lends `work` a compiler, which is only started if it is asked for something, and ends it. */
export async function withCompiler<T>(shell: Shell, work: (compiler: Compiler) => Promise<T>): Promise<T> {
	const { compiler, close } = startCompiler(shell);
	try {
		return await work(compiler);
	} finally {
		await close();
	}
}

/** A compiler that ends with `close`, or with the process. */
export function startCompiler(shell: Shell): { readonly compiler: Compiler; readonly close: () => Promise<void> } {
	const compiler = openCompiler({
		env: shell.env,
		cacheDir: cacheDir(shell.env),
		progress: (line) => shell.progress(line),
	});
	return { compiler, close: shell.use(() => compiler.close()) };
}

/** A path as somebody in the current folder would write it. */
export function shown(path: string, shell: Shell): string {
	const short = relative(shell.cwd, path);
	return short !== '' && !short.startsWith('..') ? short : path;
}
