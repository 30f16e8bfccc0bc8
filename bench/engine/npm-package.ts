import { createRequire } from 'node:module';
import { hostBuiltins } from '../../engine/policy/builtins/index.ts';
import { ENTRYPOINT } from '../../engine/policy/generate.ts';
import { fromJson, toPlain } from '../../engine/policy/value/value.ts';
import { EVALUATION_FACTS } from './frame.ts';

const { loadPolicySync } = createRequire(import.meta.url)(
	'@open-policy-agent/opa-wasm',
) as typeof import('@open-policy-agent/opa-wasm');

/** The same module and data in the npm package, which resets the heap at every evaluation. An `ArrayBuffer` costs it least. */
export function npmPackage(wasm: Buffer, data: object): (input: ArrayBuffer | object) => unknown {
	const builtins = Object.fromEntries(
		[...hostBuiltins].map(([name, builtin]) => [
			name,
			(...args: unknown[]) => {
				const answer = builtin(EVALUATION_FACTS, ...args.map(fromJson));
				return answer === undefined ? undefined : toPlain(answer);
			},
		]),
	);
	const loaded = loadPolicySync(wasm, { initial: 96, maximum: 2048 }, builtins);
	loaded.setData(data);
	return (input) => (loaded.evaluate(input, ENTRYPOINT) as readonly { readonly result: unknown }[])[0]?.result;
}
