import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../engine/policy/capabilities.ts';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import type { PackageInfo } from '../../../engine/policy/compiler-protocol.ts';
import { parseDataFile } from '../../../engine/policy/data-file.ts';
import { ruleId, setsOf } from '../../../engine/policy/rule-shape.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';
import type { PolicySource } from '../../../engine/policy/types.ts';
import { metadataOf, type RuleMetadata } from './metadata.ts';

export const PROFILES = ['starter', 'strict', 'observe'] as const;

/** What `data.yaml` and the profiles may say of rules. */
export interface LibraryData {
	readonly config?: {
		readonly level?: string;
		readonly rules?: Readonly<Record<string, { readonly level?: string }>>;
	};
	readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A rule of the library. */
export interface LibraryRule {
	readonly id: string;
	readonly metadata: RuleMetadata;
	/** The sets it defines, in the order of the contract. */
	readonly sets: readonly string[];
}

/** The library as it lies in `policies/`. */
export interface Library {
	/** The folder that holds `policies/` and `policy-test-fixtures/`. */
	readonly root: string;
	readonly source: PolicySource;
	/** In the order of their ids. */
	readonly rules: readonly LibraryRule[];
	readonly data: LibraryData;
	readonly profiles: Readonly<Record<(typeof PROFILES)[number], LibraryData>>;
}

/** Every rule package with its annotation, in the order of ids. */
export async function packagesOf(
	source: PolicySource,
	compiler: Compiler,
): Promise<readonly (readonly [id: string, info: PackageInfo])[]> {
	const builtins = capabilities(hostBuiltins.keys());
	const { packages } = await compiler.request('inspect', { modules: source.modules, builtins });
	return packages
		.flatMap((info) => {
			const id = ruleId(info.path);
			return id === undefined ? [] : [[id, info] as const];
		})
		.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Reads the library. @throws Error when METADATA of a rule is not complete */
export async function readLibrary(root: string, compiler: Compiler): Promise<Library> {
	const source = await readPolicySource(join(root, 'policies'));
	const packages = await packagesOf(source, compiler);
	const rules = packages.map(([id, info]) => ({
		id,
		metadata: metadataOf(id, info.annotations ?? {}),
		sets: [...setsOf(info).keys()],
	}));
	return { root, source, rules, data: dataAt(root, 'data.yaml'), profiles: profilesOf(root) };
}

function profilesOf(root: string): Library['profiles'] {
	return Object.fromEntries(
		PROFILES.map((name) => [name, dataAt(root, `profiles/${name}.yaml`)]),
	) as unknown as Library['profiles'];
}

function dataAt(root: string, path: string): LibraryData {
	return parseDataFile(path, readFileSync(join(root, 'policies', path), 'utf8')) as LibraryData;
}
