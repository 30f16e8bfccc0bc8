import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { SluiceError } from '../../engine/error.ts';
import type { CompiledPolicy, PolicySource } from '../../engine/policy/types.ts';
import { footprint } from './footprint.ts';

/** What stood in the operator's files at one moment. */
export interface Reading {
	/** Two readings with the same fingerprint compile to the same policy. */
	readonly fingerprint: string;
	/** Compiles what was read, not what stands in the files by now. Rejects with what is wrong with it. */
	compile(): Promise<CompiledPolicy>;
}

/** Where the policy comes from. */
export interface PolicyOrigin {
	/** For messages. */
	readonly name: string;
	/** Differs when the files may have changed; see {@link footprint}. */
	footprint(): Promise<string>;
	/** Reads everything. Never rejects: what cannot be read does not compile. */
	read(): Promise<Reading>;
}

/** What turns files into a policy; `readPolicySource`, `compilePolicy` and the bundle reader of the engine. */
export interface PolicyTools {
	readSource(folder: string, dataFiles: readonly string[]): Promise<PolicySource>;
	compile(source: PolicySource): Promise<CompiledPolicy>;
	/** Reads a bundle that `sluice build` made, and verifies it where a key is configured. */
	unpack(bundle: Buffer): CompiledPolicy | Promise<CompiledPolicy>;
}

/**
 * `policy.path` and `policy.data` of the configuration: a folder of Rego, which needs a compiler, or a bundle, which
 * does not. Which of the two it is may change while the gateway runs.
 */
export function policyOrigin(path: string, dataFiles: readonly string[], tools: PolicyTools): PolicyOrigin {
	return {
		name: path,
		footprint: () => footprint([path, ...dataFiles]),
		async read() {
			try {
				return (await isFile(path)) ? await readBundle() : await readFolder();
			} catch (error) {
				return { fingerprint: `unreadable ${(error as Error).message}`, compile: () => Promise.reject(error) };
			}
		},
	};

	async function readFolder(): Promise<Reading> {
		const source = await tools.readSource(path, dataFiles);
		// tests never enter the module: editing one changes nothing that is in force
		const fingerprint = `folder ${digest(JSON.stringify([source.modules, source.data]))}`;
		return { fingerprint, compile: () => tools.compile(source) };
	}

	async function readBundle(): Promise<Reading> {
		if (dataFiles.length > 0) {
			throw new SluiceError('ERR_POLICY_BUNDLE_DATA', `\`policy.data\` cannot be merged into the bundle \`${path}\``, {
				help: 'build the bundle with its data, and remove `policy.data`',
			});
		}
		const bytes = await readFile(path);
		return { fingerprint: `bundle ${digest(bytes)}`, compile: async () => tools.unpack(bytes) };
	}
}

async function isFile(path: string): Promise<boolean> {
	const found = await stat(path).catch(() => undefined);
	return found?.isFile() ?? false;
}

function digest(bytes: string | Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
