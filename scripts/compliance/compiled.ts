import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compiler } from '../../engine/policy/compiler.ts';
import type { OpaCase } from '../../engine/policy/compiler-protocol.ts';
import { compilerHash } from '../../engine/policy/locate-compiler.ts';
import type { Family } from './families.ts';

/** A case with its module, ready to run. */
export interface ReadyCase extends Omit<OpaCase, 'wasm'> {
	/** The note; of the second case with one note in a family, with ` (2)`, and so on. */
	readonly id: string;
	/** Absent when it does not compile; `problems` say why. */
	readonly wasm?: Uint8Array;
}

/** A family as the compiler gave it. */
export interface ReadyFamily {
	readonly entrypoint: string;
	readonly cases: readonly ReadyCase[];
}

/** Cases in one request, so that no line gets very long. */
const BATCH_FILES = 40;

/** The modules of a family: from the cache when these very files were compiled by this very compiler before. */
export async function compileFamily(family: Family, compiler: Compiler, cacheDir: string): Promise<ReadyFamily> {
	const path = join(cacheDir, 'compliance', `${await keyOf(family)}.zst`);
	const cached = await readFile(path).then(unpack, () => undefined);
	if (cached !== undefined) return cached;

	const cases: ReadyCase[] = [];
	const seen = new Map<string, number>();
	let entrypoint = '';
	for (let at = 0; at < family.files.length; at += BATCH_FILES) {
		const answer = await compiler.request('cases', { files: family.files.slice(at, at + BATCH_FILES) });
		entrypoint = answer.entrypoint;
		for (const { wasm, ...rest } of answer.cases) {
			const count = (seen.get(rest.note) ?? 0) + 1;
			seen.set(rest.note, count);
			const id = count === 1 ? rest.note : `${rest.note} (${count})`;
			cases.push({ ...rest, id, ...(wasm === undefined ? {} : { wasm: Buffer.from(wasm, 'base64') }) });
		}
	}
	const ready = { entrypoint, cases };
	await store(path, pack(ready));
	return ready;
}

async function keyOf(family: Family): Promise<string> {
	const hash = createHash('sha256').update(await compilerHash());
	for (const { path, text } of family.files) hash.update(`\0${path}\0${text}`);
	return hash.digest('hex');
}

/** One line of JSON, then the modules. They share most of their bytes, so a window over several makes them small. */
function pack({ entrypoint, cases }: ReadyFamily): Buffer {
	const lines = cases.map(({ wasm, ...rest }) => ({ ...rest, bytes: wasm?.length }));
	const text = Buffer.from(`${JSON.stringify({ entrypoint, cases: lines })}\n`);
	return zstdCompressSync(Buffer.concat([text, ...cases.map(({ wasm }) => wasm ?? Buffer.alloc(0))]), {
		params: { [constants.ZSTD_c_windowLog]: 22, [constants.ZSTD_c_enableLongDistanceMatching]: 1 },
	});
}

/** Undefined for what is damaged: then it is compiled again. */
function unpack(packed: Buffer): ReadyFamily | undefined {
	try {
		const all = zstdDecompressSync(packed);
		let at = all.indexOf(10);
		const { entrypoint, cases } = JSON.parse(all.toString('utf8', 0, at)) as {
			entrypoint: string;
			cases: (Omit<ReadyCase, 'wasm'> & { bytes?: number })[];
		};
		at++;
		return {
			entrypoint,
			cases: cases.map(({ bytes, ...rest }) => {
				if (bytes === undefined) return rest;
				at += bytes;
				return { ...rest, wasm: all.subarray(at - bytes, at) };
			}),
		};
	} catch {
		return undefined;
	}
}

/** Whole or not at all; a cache that cannot be written costs time, nothing else. */
async function store(path: string, bytes: Buffer): Promise<void> {
	const partial = `${path}.${randomUUID()}.partial`;
	try {
		await mkdir(join(path, '..'), { recursive: true });
		await writeFile(partial, bytes);
		await rename(partial, path);
	} catch {
		await rm(partial, { force: true }).catch(() => {});
	}
}
