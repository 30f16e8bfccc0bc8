import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SluiceError } from '../error.ts';
import { isObject } from './data-file.ts';
import { ENTRYPOINT } from './generate.ts';
import { canonical, revisionOf } from './revision.ts';
import { areSlots } from './rule-index.ts';
import type { VerifyKey } from './signing/keys.ts';
import { SIGNATURES, type Signing, signFiles } from './signing/sign.ts';
import { verifyFiles } from './signing/verify.ts';
import { RESERVED_DATA } from './source.ts';
import { readTar, type TarFile, writeTar } from './tar.ts';
import type { CompiledPolicy, MaskingConfig, RuleInfo } from './types.ts';

/** A policy out of a bundle, with what is known of its signature. */
export interface BundledPolicy extends CompiledPolicy {
	/** `verified`: with the key that was given. There is no third: what cannot be verified does not load. */
	readonly signature: 'none' | 'verified';
}

/** Our part of a bundle's manifest (`metadata.sluice`). */
interface Stamp {
	readonly format: 1;
	/** Always 0: a higher level freezes data into the module and so drops rules. */
	readonly optimization: 0;
	readonly wasm: string;
	readonly compiler: string;
	readonly detectorVersion: string;
	readonly builtins: readonly string[];
	readonly rules: readonly RuleInfo[];
	readonly reads: readonly string[] | null;
	readonly masking: MaskingConfig;
}

/** Largest bundle, unpacked, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

const HELP = 'make it again with `sluice build`';

/**
 * Writes a policy in OPA's bundle layout (tar.gz: `.manifest`, `data.json`, `policy.wasm`, the Rego). The archive
 * depends on the policy alone; its compressed form also on the zlib of this Node, and a signature of an EC key is another
 * each time.
 */
export async function writeBundle(policy: CompiledPolicy, file: string, signing?: Signing): Promise<void> {
	await writeFile(file, packBundle(policy, signing));
}

/** The bytes of a bundle; with `signing` it also has `.signatures.json`. */
export function packBundle(policy: CompiledPolicy, signing?: Signing): Buffer {
	const stamp: Stamp = {
		format: 1,
		optimization: 0,
		wasm: sha256(policy.wasm),
		compiler: policy.compiler,
		detectorVersion: policy.detectorVersion,
		builtins: policy.builtins,
		rules: policy.rules,
		reads: policy.reads,
		masking: policy.masking,
	};
	const manifest = {
		revision: policy.revision,
		rego_version: 1,
		wasm: [{ entrypoint: ENTRYPOINT, module: '/policy.wasm' }],
		metadata: { sluice: stamp },
	};
	const modules = [...policy.modules].sort((a, b) => (a.path < b.path ? -1 : 1));
	const files: TarFile[] = [
		{ name: '.manifest', bytes: Buffer.from(canonical(manifest)) },
		{ name: 'data.json', bytes: Buffer.from(canonical(policy.data)) },
		{ name: 'policy.wasm', bytes: policy.wasm },
		...modules.map(({ path, text }) => ({ name: path, bytes: Buffer.from(text) })),
	];
	if (signing !== undefined) files.push(signFiles(files, signing));
	// OPA writes names from the root, and finds the module of its manifest only under such a one
	const archive = writeTar(files.map(({ name, bytes }) => ({ name: `/${name}`, bytes })));
	const zipped = gzipSync(archive, { level: 9 });
	zipped[9] = 255; // the operating system of RFC 1952: unknown, whatever made it
	return zipped;
}

/**
 * Reads a bundle that `writeBundle` made. No compiler is needed. With a key only what is signed with it loads; without
 * one, only what is not signed, compared with its own stamp, which finds damage, not forgery.
 *
 * @throws {SluiceError} `ERR_BUNDLE_READ`, `ERR_BUNDLE_DAMAGED`, `ERR_BUNDLE_FOREIGN`, `ERR_BUNDLE_NEWER`, and what
 * `verifyFiles` says of its signature
 */
export async function readBundle(file: string | Buffer, key?: VerifyKey): Promise<BundledPolicy> {
	const origin = typeof file === 'string' ? file : 'the bundle';
	const zipped =
		typeof file === 'string'
			? await readFile(file).catch((error: Error) => {
					throw new SluiceError('ERR_BUNDLE_READ', `\`${file}\` cannot be read: ${error.message}`, { cause: error });
				})
			: file;
	return unpackBundle(origin, zipped, key);
}

function unpackBundle(origin: string, zipped: Buffer, key: VerifyKey | undefined): BundledPolicy {
	const files = unpack(origin, zipped);
	verifyFiles(origin, files, key);
	const manifest = json(origin, '.manifest', files);
	const stamp = readStamp(origin, manifest);
	const wasm = files.get('policy.wasm');
	const data = json(origin, 'data.json', files);
	const modules = [...files]
		.filter(([name]) => name.endsWith('.rego'))
		.map(([path, bytes]) => ({ path, text: bytes.toString('utf8') }))
		.sort((a, b) => (a.path < b.path ? -1 : 1));
	if (wasm === undefined || !isObject(data)) throw damaged(origin, 'it has no `policy.wasm` or no `data.json`');
	const reserved = RESERVED_DATA.find((name) => Object.hasOwn(data, name));
	if (reserved !== undefined) throw damaged(origin, `its data defines \`${reserved}\``);
	const { compiler, detectorVersion, builtins, masking, rules, reads } = stamp;
	const revision = revisionOf({ modules, data, masking, detectorVersion, builtins, compiler });
	if (revision !== manifest['revision'] || sha256(wasm) !== stamp.wasm) {
		throw damaged(origin, 'its content is not what its manifest says');
	}
	const signature = files.has(SIGNATURES) ? 'verified' : 'none';
	return { revision, wasm, data, rules, reads, modules, masking, compiler, detectorVersion, builtins, signature };
}

function unpack(origin: string, zipped: Buffer): ReadonlyMap<string, Buffer> {
	let archive: readonly TarFile[];
	try {
		archive = readTar(gunzipSync(zipped, { maxOutputLength: MAX_BYTES }));
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw damaged(origin, why.startsWith('Cannot create a Buffer larger') ? 'it is too large' : why);
	}
	return new Map(archive.map(({ name, bytes }) => [name, bytes]));
}

function json(origin: string, name: string, files: ReadonlyMap<string, Buffer>): Record<string, unknown> {
	const bytes = files.get(name);
	if (bytes === undefined) throw damaged(origin, `it has no \`${name}\``);
	let value: unknown;
	try {
		value = JSON.parse(bytes.toString('utf8'));
	} catch {
		throw damaged(origin, `its \`${name}\` is not JSON`);
	}
	if (!isObject(value)) throw damaged(origin, `its \`${name}\` is not an object`);
	return value;
}

function readStamp(origin: string, manifest: Record<string, unknown>): Stamp {
	const metadata = manifest['metadata'];
	const stamp = isObject(metadata) ? metadata['sluice'] : undefined;
	if (!isObject(stamp) || stamp['optimization'] !== 0) {
		throw new SluiceError(
			'ERR_BUNDLE_FOREIGN',
			`${origin} was not made by sluice, so nobody knows how it was compiled`,
			{
				help: 'make it with `sluice build`: other builds may have left out rules that later data would make fire',
			},
		);
	}
	if (stamp['format'] !== 1) {
		throw new SluiceError('ERR_BUNDLE_NEWER', `${origin} was made by a newer sluice`, { help: 'update this one' });
	}
	const whole =
		['wasm', 'compiler', 'detectorVersion'].every((name) => typeof stamp[name] === 'string') &&
		Array.isArray(stamp['builtins']) &&
		Array.isArray(stamp['rules']) &&
		stamp['rules'].every(isRule) &&
		(stamp['reads'] === null || Array.isArray(stamp['reads'])) &&
		isObject(stamp['masking']);
	if (!whole) throw damaged(origin, 'its manifest is incomplete');
	return stamp as unknown as Stamp;
}

function isRule(rule: unknown): boolean {
	return (
		isObject(rule) &&
		(rule['touches'] === undefined || areSlots(rule['touches'])) &&
		(rule['uses'] === undefined || areUses(rule['uses']))
	);
}

function areUses(value: unknown): boolean {
	if (!isObject(value) || typeof value['code'] !== 'string' || !areNames(value['files'])) return false;
	return Array.isArray(value['data']) && value['data'].every(areNames);
}

function areNames(value: unknown): boolean {
	return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function damaged(origin: string, why: string): SluiceError {
	return new SluiceError('ERR_BUNDLE_DAMAGED', `${origin} cannot be used as a bundle: ${why}`, { help: HELP });
}

function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
