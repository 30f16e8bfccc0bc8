import t from 'tap';
import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../engine/policy/capabilities.ts';
import { ENTRYPOINT } from '../../../engine/policy/generate.ts';
import { openTestCompiler } from './compiler-for-tests.ts';

const compiler = openTestCompiler();
t.teardown(() => compiler.close());

/** A module whose decision these rules of `package sluice.main` give, as the compiler makes it. */
export async function moduleOf(rules: string): Promise<Buffer> {
	const { wasm } = await compiler.request('compile', {
		modules: [{ path: 'main.rego', text: `package sluice.main\n\n${rules}` }],
		builtins: capabilities(hostBuiltins.keys()),
		entrypoints: [ENTRYPOINT],
	});
	return Buffer.from(wasm, 'base64');
}
