import type { Value } from '../value/value.ts';
import { textOf } from './operands.ts';
import type { Builtin } from './types.ts';

/** Semantic Versioning 2.0.0, §2 and §9–11; OPA also takes the `v` that tags have. */
const SEMVER =
	/^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Major, minor and patch are Go's int64. */
const MAX = String(2n ** 63n - 1n);

/** `semver.*` */
export const semvers = {
	'semver.is_valid': (_: unknown, version: Value) => typeof version === 'string' && parse(version) !== undefined,
	'semver.compare': (_: unknown, a: Value, b: Value) => {
		const x = parse(textOf(a));
		const y = parse(textOf(b));
		return x && y ? compare(x, y) : undefined;
	},
} satisfies Record<string, Builtin>;

interface Version {
	/** Figures without zeros in front */
	readonly core: readonly string[];
	readonly pre: readonly string[];
}

function parse(version: string): Version | undefined {
	const match = SEMVER.exec(version);
	if (match === null) return undefined;
	const core = [match[1]!, match[2]!, match[3]!];
	return core.some((n) => compareNumbers(n, MAX) > 0) ? undefined : { core, pre: match[4]?.split('.') ?? [] };
}

function compare(a: Version, b: Version): number {
	for (const [i, n] of a.core.entries()) {
		const order = compareNumbers(n, b.core[i]!);
		if (order !== 0) return order;
	}
	if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
	for (let i = 0; i < Math.max(a.pre.length, b.pre.length); i++) {
		const order = compareIdentifiers(a.pre[i], b.pre[i]);
		if (order !== 0) return order;
	}
	return 0;
}

/** Numeric identifiers compare as numbers and come before words; fewer identifiers come first. */
function compareIdentifiers(a: string | undefined, b: string | undefined): number {
	if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
	const numeric = [/^\d+$/.test(a), /^\d+$/.test(b)];
	if (numeric[0] && numeric[1]) return compareNumbers(a, b);
	if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
	return order(a, b);
}

/** Of any size, in time that grows with the size alone. */
function compareNumbers(a: string, b: string): number {
	return a.length === b.length ? order(a, b) : a.length < b.length ? -1 : 1;
}

function order(a: string, b: string): number {
	return a === b ? 0 : a < b ? -1 : 1;
}
