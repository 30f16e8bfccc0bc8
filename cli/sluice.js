#!/usr/bin/env node
// Plain JavaScript that any Node understands: finds a Node that runs TypeScript as it is, and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WANTED = 24;
const here = dirname(fileURLToPath(import.meta.url));
const main = ['main.ts', 'main.js'].map((name) => join(here, name)).find((file) => existsSync(file));

if (Number(process.versions.node.split('.')[0]) >= WANTED) {
	await import(`./${main.endsWith('.ts') ? 'main.ts' : 'main.js'}`);
} else {
	const node = bundledNode();
	if (node === undefined) {
		process.stderr.write(
			`error: Sluice needs Node ${WANTED} or newer, this is ${process.versions.node}\n` +
				`help: install Node ${WANTED} (https://nodejs.org); on Linux, \`npm install\` without --omit=optional brings it\n` +
				'code: ERR_NODE_VERSION\n',
		);
		process.exitCode = 2;
	} else {
		handOver(node);
	}
}

/** The Node that npm installed beside Sluice, if there is one for this machine. */
function bundledNode() {
	try {
		const manifest = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`);
		const file = join(dirname(manifest), 'bin', 'node');
		return existsSync(file) ? file : undefined;
	} catch {
		return undefined;
	}
}

function handOver(node) {
	const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
		// the terminal sends Ctrl-C to the child too; whoever signals this process alone means the child
		process.on(signal, () => {
			if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
		});
	}
	child.on('error', (error) => {
		process.stderr.write(`error: cannot start ${node}: ${error.message}\ncode: ERR_NODE_VERSION\n`);
		process.exitCode = 2;
	});
	child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
