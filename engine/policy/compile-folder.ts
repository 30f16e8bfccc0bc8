import { createDetector } from '../detect/detector.ts';
import { cacheDir } from './cache-dir.ts';
import { compilePolicy } from './compile.ts';
import { knowledgeOf } from './knowledge.ts';
import { openCompiler } from './locate-compiler.ts';
import { readPolicySource } from './source.ts';
import type { CompiledPolicy, MaskingConfig } from './types.ts';

/** How a policy folder is compiled. */
export interface FolderOptions {
	/** Data files merged over the folder's data, later ones winning. */
	readonly dataFiles?: readonly string[];
	/** Detectors whose findings the policy sees; default `secrets` and `pii`, as in `sluice.yaml`. */
	readonly masking?: MaskingConfig;
	/** Variables that say where the compiler is and what builds it (PATH, HOME, `SLUICE_COMPILER`): `process.env`. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Where the compiler and what it made are kept; default `~/.cache/sluice`, as for the command line. */
	readonly cacheDir?: string;
	/** Told what takes long, one line of words at a time. */
	readonly progress?: (line: string) => void;
}

/** What `sluice.yaml` has by default (contract §4). */
const ALL_DETECTORS: MaskingConfig = { detectors: ['secrets', 'pii'] };

/**
 * Compiles a policy folder, with a compiler that is located, started if anything has to be compiled, and ended again.
 *
 * @throws {SluiceError} what `readPolicySource`, `compilePolicy` and `locateCompiler` say
 */
export async function compileFolder(folder: string, options: FolderOptions): Promise<CompiledPolicy> {
	const { dataFiles = [], masking = ALL_DETECTORS, env, progress } = options;
	const cache = options.cacheDir ?? cacheDir(env);
	const source = await readPolicySource(folder, dataFiles);
	const detector = createDetector(masking);
	const compiler = openCompiler({ env, cacheDir: cache, ...(progress && { progress }) });
	try {
		return await compilePolicy(source, masking, detector.version, compiler, cache, knowledgeOf(detector));
	} finally {
		await compiler.close();
	}
}
