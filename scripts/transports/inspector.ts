/**
 * Runs the MCP Inspector's CLI. It looks for the `package.json` of the Inspector two folders up, where there is none when
 * the CLI is installed by itself; here it is shown its own.
 */
import { createRequire, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector-cli/package.json'));
registerHooks({
	resolve(specifier, context, next) {
		const own = specifier === '../../package.json' && context.parentURL?.includes('/inspector-cli/build/');
		return next(own ? '../package.json' : specifier, context);
	},
});
await import(pathToFileURL(join(folder, 'build/index.js')).href);
