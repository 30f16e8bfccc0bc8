import { hostBuiltins } from '../builtins/index.ts';
import { capabilities } from '../capabilities.ts';
import type { Compiler } from '../compiler.ts';
import { ENTRYPOINT, generate } from '../generate.ts';
import type { PolicyFile, PolicySource } from '../types.ts';
import type { ProbedBody } from './probed-body.ts';

/** A module that says where it passes; it decides as the one without probes does. */
export interface Instrumented {
	readonly wasm: Buffer;
	readonly bodies: readonly ProbedBody[];
}

/**
 * Compiles a policy with probes in all of its own Rego (not in what is generated, nor in `tests`). The bodies are the same
 * ones with the same numbers whatever `tests` there are, so that counts add up.
 *
 * @throws {CompilerRefusal} when it does not compile
 */
export async function instrument(
	source: Pick<PolicySource, 'modules'>,
	compiler: Compiler,
	tests: readonly PolicyFile[] = [],
	entrypoints: readonly string[] = [ENTRYPOINT],
): Promise<Instrumented> {
	const { modules } = source;
	const builtins = capabilities(hostBuiltins.keys());
	const { packages } = await compiler.request('inspect', { modules, builtins });
	const { wasm, bodies } = await compiler.request('instrument', {
		modules: [...modules, ...tests, ...generate(packages)],
		builtins,
		entrypoints,
		probed: modules.map(({ path }) => path),
	});
	return { wasm: Buffer.from(wasm, 'base64'), bodies };
}
