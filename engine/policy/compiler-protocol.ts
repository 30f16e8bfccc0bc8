import type { ProbedBody, Span } from './coverage/probed-body.ts';
import type { ExplainedSet } from './explain/explained-set.ts';
import type { MutantList, MutatedModule } from './mutation/mutant.ts';
import type { PolicyFile, RuleUses, Slot } from './types.ts';

/** What the program says is wrong; `row` and `col` are 1-based, absent when there is no place. */
export interface CompilerProblem {
	readonly code: string;
	readonly message: string;
	readonly file?: string;
	readonly row?: number;
	readonly col?: number;
	readonly endRow?: number;
	readonly endCol?: number;
	readonly details?: {
		readonly ref?: string;
		readonly before?: string;
		readonly have?: string;
		readonly oneOf?: readonly string[];
		/** A function that OPA has and that the request does not allow. */
		readonly builtin?: string;
		readonly lines?: readonly string[];
	};
}

/** What every operation on Rego carries. */
export interface PolicyBody {
	readonly modules: readonly PolicyFile[];
	/** Functions that the policy may call; absent: all of OPA. */
	readonly builtins?: readonly string[];
}

/** Leaves tests out. Package names are dotted, without `data`. */
interface SomeTests {
	/** Absent: all. */
	readonly packages?: readonly string[];
	/** What these packages do not reach is not compiled, and what is wrong with it is not found. */
	readonly part?: boolean;
	/** Bases of packages whose results are known. */
	readonly known?: readonly string[];
}

/** Operations of the program: what goes in, what comes out. */
export interface Operations {
	version: { in: Record<string, never>; out: { opa: string; go: string; platform: string } };
	capabilities: { in: { builtins?: readonly string[] }; out: Record<string, unknown> };
	inspect: { in: PolicyBody; out: { packages: readonly PackageInfo[] } };
	check: {
		in: PolicyBody & { schema?: unknown; tests?: readonly string[]; generated?: readonly string[] };
		/** `broken`: why the search for findings broke off, a mistake of the program. */
		out: { problems: readonly CompilerProblem[]; findings: readonly Finding[]; broken?: string };
	};
	/** `part`: what the entrypoints do not reach is left out, and what is wrong with it is not found. */
	compile: { in: PolicyBody & { entrypoints: readonly string[]; part?: boolean }; out: { wasm: string } };
	instrument: {
		in: PolicyBody & { entrypoints: readonly string[]; probed: readonly string[] };
		out: { wasm: string; probe: string; bodies: readonly ProbedBody[] };
	};
	format: { in: PolicyBody; out: { modules: readonly PolicyFile[] } };
	test: {
		in: PolicyBody & { data?: unknown; run?: string; timeoutMs?: number; coverage?: boolean } & SomeTests;
		out: {
			tests: readonly RegoTestAnswer[];
			evaluated?: Readonly<Record<string, readonly Span[]>>;
			/** With `known` or `packages`: what identifies all that a package's tests are made of, data apart. */
			bases?: Readonly<Record<string, string>>;
		};
	};
	deps: { in: PolicyBody & { query: string }; out: { base: readonly string[]; virtual: readonly string[] } };
	eval: {
		in: PolicyBody & { query: string; data?: unknown; inputs: readonly unknown[]; nowNs?: number };
		out: { outcomes: readonly { defined: boolean; value?: unknown; error?: CompilerProblem }[] };
	};
	explain: {
		in: PolicyBody & { data?: unknown; input: string; nowNs: string };
		out: { sets: readonly ExplainedSet[] };
	};
	mutants: { in: PolicyBody; out: MutantList };
	mutate: {
		in: PolicyBody & {
			readonly support: readonly PolicyFile[];
			readonly entrypoints: readonly string[];
			readonly mutants: readonly string[];
			readonly probes?: boolean;
		};
		out: MutatedModule;
	};
	cases: { in: { files: readonly PolicyFile[] }; out: { entrypoint: string; cases: readonly OpaCase[] } };
}

/** A case of OPA's own test format, compiled; JSON is kept as text, so that numbers stay as they are spelled. */
export interface OpaCase {
	readonly file: string;
	readonly note: string;
	readonly query: string;
	readonly modules?: readonly string[];
	readonly data: string;
	/** Absent: the case has no input. */
	readonly input?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly want: {
		readonly defined?: boolean;
		/** A list of bindings. */
		readonly result?: string;
		readonly code?: string;
		readonly error?: string;
		/** Undefined, unless failing built-ins end an evaluation. */
		readonly strict?: boolean;
		readonly sortBindings?: boolean;
	};
	/** Base64; the entrypoint's value is the set of bindings. Absent when it does not compile. */
	readonly wasm?: string;
	readonly problems?: readonly CompilerProblem[];
}

/** One doubtful thing of a policy that parses; `docs/check.md` has a section for each. */
export interface Finding {
	readonly kind: string;
	/** Whether it can make a deny, hold or mask not fire. */
	readonly open?: boolean;
	readonly file: string;
	readonly row: number;
	readonly col: number;
	readonly endRow?: number;
	readonly endCol?: number;
	/** Parts of the message, by the kind. */
	readonly details?: Readonly<Record<string, unknown>>;
}

/** One Rego package, as `inspect` sees it. */
export interface PackageInfo {
	readonly path: readonly string[];
	readonly files: readonly string[];
	readonly file: string;
	readonly row: number;
	readonly col: number;
	readonly annotations?: {
		readonly title?: string;
		readonly description?: string;
		readonly custom?: Readonly<Record<string, unknown>>;
		readonly file: string;
		readonly row: number;
		readonly col: number;
	};
	readonly rules: readonly RegoRule[];
	/** Of a rule package, the frames that its sets can say anything of; null: any, or it is none. */
	readonly touches: readonly Slot[] | null;
	/** Of a rule package, what its sets are made of; null: they may use anything, or it is none. */
	readonly uses: RuleUses | null;
}

/** One rule of a package. */
export interface RegoRule {
	/** First name of the head: `deny` of `deny contains x`, `deny[x]` and `deny.a`. */
	readonly name: string;
	readonly head: string;
	readonly kind: 'set' | 'complete' | 'function' | 'map' | 'nested';
	readonly default?: true;
	readonly file: string;
	readonly row: number;
	readonly col: number;
	/** The member of a partial set, as far as its text tells. */
	readonly member?: Shape;
	/** Dotted prefixes of the input that the rule and all it uses read; null when the policy does not compile. */
	readonly reads: readonly string[] | null;
}

/** What the text of a term tells of its value. */
export interface Shape {
	readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'array' | 'set' | 'object' | 'unknown';
	/** Of a literal string, number or boolean. */
	readonly value?: string | number | boolean;
	/** Parts of a literal array or set; absent when only the kind is known. */
	readonly items?: readonly Shape[];
	/** Members of a literal object; absent when only the kind is known. */
	readonly members?: readonly { readonly key: Shape; readonly value: Shape }[];
	readonly row: number;
	readonly col: number;
}

/** Outcome of one `test_` rule. */
export interface RegoTestAnswer {
	readonly name: string;
	readonly package: string;
	readonly file: string;
	readonly row: number;
	readonly col: number;
	readonly outcome: 'pass' | 'fail' | 'error' | 'skip';
	readonly durationNs: number;
	readonly message?: string;
	/** What the test printed. */
	readonly output?: string;
	/** The expression that was not true. */
	readonly failed?: CompilerProblem;
	/** The failed cases of a table test. */
	readonly cases?: readonly string[];
}
