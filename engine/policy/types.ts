import type { Frame } from '../frame/frame.ts';
import type { RuleSet } from './judgement.ts';

/** What is known of a rule package after compiling. */
export interface RuleInfo {
	/** `<category>/<name>` */
	readonly id: string;
	readonly title?: string;
	readonly description?: string;
	readonly severity?: string;
	readonly sets: readonly RuleSet[];
	/** Files of the package, relative to the policy folder. */
	readonly files: readonly string[];
	/** Which parts of the input this rule and all it uses read, as dotted prefixes; null or absent: not known, so all. */
	readonly reads?: readonly string[] | null;
	/** The frames that any of its sets can say anything of: those of all slots together. None: no frame; absent: any. */
	readonly touches?: readonly Slot[];
	/** What it is made of; absent: it may use anything of the policy. */
	readonly uses?: RuleUses;
	/** Findings may decide what it says or covers: it reads them, or masks by them. Absent: they may. */
	readonly finds?: boolean;
}

/** What the sets of a rule are made of, with all that they refer to, as the compiler found it. */
export interface RuleUses {
	/** sha256 (hex) of the definitions, apart from comments, formatting and the names of files. */
	readonly code: string;
	/** Files with a definition among them, sorted. */
	readonly files: readonly string[];
	/** Longest constant prefixes of the data that they read, as keys; sorted, none contains another. */
	readonly data: readonly (readonly string[])[];
}

/** A position in the operator's own files, 1-based. */
export interface Place {
	readonly file: string;
	readonly row: number;
	readonly col: number;
	/** The place after the last character, where it is known. */
	readonly endRow?: number;
	readonly endCol?: number;
}

/** One thing that `check` (or compiling) has to say. */
export interface Diagnostic {
	/** Stable, listed in `docs/check.md` and `docs/errors.md`. */
	readonly code: string;
	readonly level: 'error' | 'warning' | 'note';
	/** In the user's words. */
	readonly message: string;
	/** What to write instead. */
	readonly help?: string;
	readonly place?: Place;
	readonly rule?: string;
	/** What OPA said itself, where the words are ours and the finding is OPA's. */
	readonly opa?: { readonly code: string; readonly message: string };
}

/** A file of a policy, path relative to the policy folder with `/`. */
export interface PolicyFile {
	readonly path: string;
	readonly text: string;
}

/** The operator's policy as read from a folder: what goes to the compiler. */
export interface PolicySource {
	/** Where it was read from, for messages. */
	readonly origin: string;
	/** `*.rego` without tests, sorted by path. */
	readonly modules: readonly PolicyFile[];
	/** `*_test.rego`. */
	readonly tests: readonly PolicyFile[];
	/** The folder's data (OPA bundle layout) with `policy.data` merged over it. */
	readonly data: Readonly<Record<string, unknown>>;
	/** The files that the data was read from, later ones winning; absent: not known, so messages name no place. */
	readonly dataFiles?: readonly DataFile[];
}

/** A data file as it was read. */
export interface DataFile extends PolicyFile {
	/** Where in `data` it stands: the folders it lies in. Empty for files of `policy.data`. */
	readonly under: readonly string[];
}

/** A compiled policy: everything a gateway without a compiler needs. */
export interface CompiledPolicy {
	/** sha256 (hex) over Rego, merged data, detector rules and version, capabilities and compiler. */
	readonly revision: string;
	readonly wasm: Buffer;
	readonly data: Readonly<Record<string, unknown>>;
	readonly rules: readonly RuleInfo[];
	/** Which parts of the input any rule reads, as dotted prefixes (`input.findings`); null: not known, so all. */
	readonly reads: readonly string[] | null;
	/** The Rego it was made from, so that a store can keep what ever judged. */
	readonly modules: readonly PolicyFile[];
	/** Detector sets and custom detector text that belong to the revision. */
	readonly masking: MaskingConfig;
	/** `opa v1.22.2 …` */
	readonly compiler: string;
	/** Version of the detector rules; part of the revision. */
	readonly detectorVersion: string;
	/** Built-in functions that the policy may call; part of the revision. */
	readonly builtins: readonly string[];
}

export interface MaskingConfig {
	/** `secrets`, `pii` */
	readonly detectors: readonly string[];
	/** Text of a TOML file with custom detectors. */
	readonly custom?: string;
}

/** One raw evaluation of `sluice/main/decision`. Never throws: a failure is a value with a stable code. */
export type Evaluation =
	| { readonly ok: true; readonly decision: unknown }
	| { readonly ok: false; readonly code: string; readonly message: string };

/** A loaded policy module. Synchronous, not re-entrant, one per thread. */
export interface Evaluator {
	/** `input`: one UTF-8 JSON text. `seed` feeds random built-ins, `nowNs` the clock; `fuel`: units, if not those of its limits. */
	evaluate(input: Uint8Array, facts: { readonly nowNs: bigint; readonly seed: string }, fuel?: number): Evaluation;
	close(): void;
}

/**
 * A set of frames: those whose facts are each one of the list for it. A fact without a list may be anything, absent
 * included. The values are what a rule compares with, so a `from` that no frame has is possible.
 */
export interface Slot {
	readonly from?: readonly string[];
	readonly kind?: readonly string[];
	readonly method?: readonly string[];
	/** `tool.name`; a frame without a tool is in no slot that has it. */
	readonly tool?: readonly string[];
}

export type { Frame };
