import type { Compiler } from '../../../engine/policy/compiler.ts';
import { readPolicyConfig } from '../../../engine/policy/config-data.ts';
import { countTests } from '../../../engine/policy/coverage/count-tests.ts';
import { Counts } from '../../../engine/policy/coverage/counts.ts';
import { Fired } from '../../../engine/policy/coverage/fired.ts';
import { type Instrumented, instrument } from '../../../engine/policy/coverage/instrument.ts';
import { mergeData } from '../../../engine/policy/data-file.ts';
import { DEFAULT_LIMITS } from '../../../engine/policy/limits.ts';
import { loadPolicy, type Policy } from '../../../engine/policy/load.ts';
import type { PolicySource, RuleInfo } from '../../../engine/policy/types.ts';
import type { Shell } from '../../shell.ts';
import { compiledOf, policyArgument, shown, sourceOf } from '../policy-argument.ts';

/** A policy folder whose execution is counted, whatever data it judges with. */
export interface CountedFolder {
	/** As the user would say it. */
	readonly name: string;
	readonly folder: string;
	readonly source: PolicySource;
	readonly module: Instrumented;
	readonly byFixtures: Counts;
	/** Of unit tests alone. */
	byTests: Counts;
	readonly fired: Fired;
	rules: readonly RuleInfo[];
	/** Frames that were judged, tests that ran. */
	frames: number;
	tests: number;
	/** Ids of rules that were not `off` somewhere. */
	readonly asked: Set<string>;
}

/** Gives policies that count what is executed of them; folders that differ in data alone are one. */
export class InstrumentedShelf {
	readonly #compiler: Compiler;
	readonly #shell: Shell;
	readonly #folders = new Map<string, CountedFolder>();
	readonly #policies = new Map<string, { readonly policy: Policy; readonly of: CountedFolder }>();

	constructor(compiler: Compiler, shell: Shell) {
		this.#compiler = compiler;
		this.#shell = shell;
	}

	/** In the order of their paths. */
	get folders(): readonly CountedFolder[] {
		return [...this.#folders.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
	}

	/** The policy at a path, with data merged over its own. @throws SluiceError, for a bundle too: it has no files to count */
	async policy(
		path: string | undefined,
		data?: Readonly<Record<string, unknown>>,
	): Promise<{ readonly policy: Policy; readonly of: CountedFolder }> {
		const key = JSON.stringify([path, data]);
		const known = this.#policies.get(key) ?? (await this.#load(path, data));
		this.#policies.set(key, known);
		return known;
	}

	/** Counts unit tests of the policy at a path; `wanted` takes the file and the name of one. */
	async tests(path: string | undefined, wanted: (file: string, name: string) => boolean): Promise<void> {
		const { of: folder } = await this.policy(path);
		const { counts, tests } = await countTests(folder.source, this.#compiler, wanted, this.#shell.clock.now());
		if (tests === 0) return;
		folder.byTests = folder.byTests.plus(counts);
		folder.tests += tests;
	}

	async #load(path: string | undefined, data: Readonly<Record<string, unknown>> | undefined) {
		const argument = await policyArgument(path, this.#shell);
		const source = await sourceOf(argument);
		const folder = argument.kind === 'folder' ? argument.folder : argument.file;
		const compiled = await compiledOf(argument, this.#compiler, this.#shell, (own) =>
			data === undefined ? own : { ...own, data: mergeData(own.data, data) as typeof own.data },
		);
		const of = this.#folders.get(folder) ?? (await this.#count(folder, source));
		this.#folders.set(folder, of);
		of.rules = compiled.rules;
		const ids = compiled.rules.map(({ id }) => id);
		const { levels } = readPolicyConfig(compiled.data, ids);
		for (const id of ids) if (levels[id] !== 'off') of.asked.add(id);
		const policy = loadPolicy({ ...compiled, wasm: of.module.wasm }, DEFAULT_LIMITS, of.byFixtures.probe);
		return { policy, of };
	}

	async #count(folder: string, source: PolicySource): Promise<CountedFolder> {
		const module = await instrument(source, this.#compiler);
		return {
			name: shown(folder, this.#shell),
			folder,
			source,
			module,
			byFixtures: Counts.of(module.bodies),
			byTests: Counts.of(module.bodies),
			fired: new Fired(),
			rules: [],
			frames: 0,
			tests: 0,
			asked: new Set(),
		};
	}
}
