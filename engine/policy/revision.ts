import { createHash } from 'node:crypto';
import { TEMPLATE } from './generate.ts';
import { OPA_VERSION } from './locate-compiler.ts';
import type { MaskingConfig, PolicyFile } from './types.ts';

/** What identifies a policy (contract §2). */
export interface RevisionParts {
	readonly modules: readonly PolicyFile[];
	readonly data: unknown;
	readonly masking: MaskingConfig;
	readonly detectorVersion: string;
	/** Built-in functions that it may call. */
	readonly builtins: readonly string[];
	/** `compilerIdentity()` when it was compiled. */
	readonly compiler: string;
}

/** Counts up whenever `engine/compiler` mends another thing that OPA's back end has wrong: policies then mean something else. */
const MENDED = 1;

/**
 * The compiler as far as it decides what a policy means: OPA's version, what is mended in it, and what is generated around
 * the rules.
 */
export function compilerIdentity(): string {
	return `opa v${OPA_VERSION} mended ${MENDED} main ${createHash('sha256').update(TEMPLATE).digest('hex').slice(0, 12)}`;
}

/** sha256 (hex) over Rego, merged data, detector rules and their version, capabilities and compiler. */
export function revisionOf(parts: RevisionParts): string {
	const modules = parts.modules.map(({ path, text }) => [path, text]).sort(([a], [b]) => (a! < b! ? -1 : 1));
	const { detectors, custom } = parts.masking;
	return createHash('sha256')
		.update(
			canonical([
				'sluice policy 1',
				modules,
				parts.data,
				[...detectors].sort(),
				custom ?? null,
				parts.detectorVersion,
				[...parts.builtins].sort(),
				parts.compiler,
			]),
		)
		.digest('hex');
}

/** JSON with the members of objects in the order of their names, so that only the content counts. */
export function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (typeof value === 'object' && value !== null) {
		const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
		return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
	}
	return JSON.stringify(value);
}
