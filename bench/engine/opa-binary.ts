import { spawn } from 'node:child_process';
import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../../engine/policy/cache-dir.ts';
import { OPA_VERSION } from '../../engine/policy/locate-compiler.ts';

/** The `opa` program of our version, built once with the machine's Go into the cache. Where it cannot be had, the reason. */
export async function opaBinary(
	progress: (text: string) => void,
): Promise<{ readonly path: string } | { readonly why: string }> {
	const folder = join(cacheDir(process.env), 'bench', `opa-${OPA_VERSION}`);
	const path = join(folder, 'opa');
	if (await executable(path)) return { path };
	progress(`building opa ${OPA_VERSION} with Go (once; takes some minutes)`);
	const partial = `${folder}.${process.pid}.partial`;
	await mkdir(partial, { recursive: true });
	try {
		const why = await install(partial);
		if (why !== undefined) return { why };
		await rm(folder, { recursive: true, force: true });
		await rename(partial, folder);
		return { path };
	} finally {
		await rm(partial, { recursive: true, force: true });
	}
}

function install(folder: string): Promise<string | undefined> {
	const args = ['install', '-trimpath', `github.com/open-policy-agent/opa@v${OPA_VERSION}`];
	const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' };
	return new Promise((done) => {
		const go = spawn('go', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
		let last = '';
		go.stderr.setEncoding('utf8').on('data', (text: string) => {
			last = text.trim().split('\n').at(-1) ?? last;
		});
		go.on('error', (error: NodeJS.ErrnoException) =>
			done(error.code === 'ENOENT' ? 'Go is not installed, so OPA cannot be built' : error.message),
		);
		go.on('close', (code) => done(code === 0 ? undefined : `\`go install\` of OPA failed: ${last}`));
	});
}

function executable(path: string): Promise<boolean> {
	return access(path, constants.X_OK).then(
		() => true,
		() => false,
	);
}
