import { createHash } from 'node:crypto';
import { canonical } from '../policy/revision.ts';
import type { CompiledPolicy, PolicyFile } from '../policy/types.ts';

/**
 * sha256 (hex) of all that makes a rule what it is: its Rego, the `lib` packages it uses, the data both name, its
 * level and the exceptions for it. Undefined when the policy has no such rule. Two policies in which a rule has the
 * same fingerprint judge every frame alike as far as that rule goes.
 */
export function ruleFingerprint(policy: CompiledPolicy, rule: string): string | undefined {
	const info = policy.rules.find(({ id }) => id === rule);
	if (info === undefined) return undefined;
	const own = policy.modules.filter(({ path }) => info.files.includes(path));
	const files = withLibraries(own, policy.modules);
	const data = [...new Set(files.flatMap(({ text }) => dataRefs(text)))]
		.sort()
		.map((ref) => [ref, at(policy.data, ref)]);
	const config = policy.data.config as Config | undefined;
	return createHash('sha256')
		.update(
			canonical([
				files.map(({ path, text }) => [path, text]),
				data.map(([ref, value]) => [ref, value ?? null]),
				config?.rules?.[rule]?.level ?? config?.level ?? 'enforce',
				(config?.exceptions ?? []).filter((exception) => mayMatch(exception.rule, rule)),
				policy.masking.detectors,
				policy.masking.custom ?? null,
				policy.detectorVersion,
			]),
		)
		.digest('hex');
}

/** Rules that are in both policies and differ, or in one of them only; sorted. */
export function changedRules(from: CompiledPolicy, to: CompiledPolicy): string[] {
	const ids = new Set([...from.rules, ...to.rules].map(({ id }) => id));
	return [...ids].filter((id) => ruleFingerprint(from, id) !== ruleFingerprint(to, id)).sort();
}

interface Config {
	readonly level?: string;
	readonly rules?: Readonly<Record<string, { readonly level?: string }>>;
	readonly exceptions?: readonly { readonly rule?: unknown }[];
}

/** The files of a rule and of every library they name, directly or not. */
function withLibraries(own: readonly PolicyFile[], all: readonly PolicyFile[]): PolicyFile[] {
	const libraries = new Map<string, PolicyFile[]>();
	for (const file of all) {
		const name = /^[ \t]*package[ \t]+(lib(?:\.\w+)*)/m.exec(file.text)?.[1];
		if (name !== undefined) libraries.set(name, [...(libraries.get(name) ?? []), file]);
	}
	const found = new Set(own);
	for (const file of found) {
		for (const [, name] of file.text.matchAll(/\bdata\.(lib(?:\.\w+)*)/g)) {
			for (const [library, files] of libraries) {
				const named = name === library || name!.startsWith(`${library}.`) || library.startsWith(`${name}.`);
				if (named) for (const each of files) found.add(each);
			}
		}
	}
	return [...found].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `data.settings["a/b"]` and `data.x.y` as paths of at most two steps; what follows is part of the value. */
function dataRefs(text: string): string[] {
	const refs: string[] = [];
	for (const [, first, dotted, quoted] of text.matchAll(/\bdata\.(\w+)(?:\.(\w+)|\["([^"]+)"\])?/g)) {
		if (first === 'lib' || first === 'rules' || first === 'sluice') continue;
		const second = dotted ?? quoted;
		refs.push(JSON.stringify(second === undefined ? [first] : [first, second]));
	}
	return refs;
}

function at(data: Readonly<Record<string, unknown>>, ref: string): unknown {
	return (JSON.parse(ref) as string[]).reduce<unknown>(
		(value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
		data,
	);
}

/** An exception's rule is an id or a glob; when in doubt it counts. */
function mayMatch(glob: unknown, rule: string): boolean {
	if (typeof glob !== 'string') return true;
	const pattern = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
	return new RegExp(`^${pattern}$`).test(rule);
}
