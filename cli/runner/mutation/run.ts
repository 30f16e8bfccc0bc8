import { availableParallelism } from 'node:os';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import { compileMutants, listMutants, type MutantModule } from '../../../engine/policy/mutation/module.ts';
import type { Equivalent, Mutant, Numbered } from '../../../engine/policy/mutation/mutant.ts';
import { MutantTests, type TracedTest, testsFor } from '../../../engine/policy/mutation/unit-tests.ts';
import type { RegoTest } from '../../../engine/policy/rego-tests.ts';
import { entrypointOf, isPlain } from '../../../engine/policy/rego-tests-module.ts';
import type { PolicySource } from '../../../engine/policy/types.ts';
import type { Item } from '../../output/report.ts';
import { MutantFixtures, type MutationFixture } from './fixtures.ts';
import { killsInThreads } from './kill-pool.ts';
import { type Kill, killsOf, type PackageMutants } from './kills.ts';
import { type Nearest, nearest } from './nearest.ts';
import { type Selection, select } from './select.ts';

/** What became of one mutant. */
export interface MutantResult {
	readonly mutant: Mutant;
	/** `ignored`: it survived, and a comment calls it equivalent. */
	readonly status: 'killed' | 'survived' | 'ignored';
	/** What killed it: a unit test, a suite or snapshot, or an evaluation of a test that ended with an error. */
	readonly killedBy?: 'test' | 'suite' | 'failure';
	/** The name of the test or the case. */
	readonly killer?: string;
	/** Why the evaluation ended, or what the first expectation that failed says. */
	readonly message?: string;
	readonly comment?: Equivalent;
	readonly nearest?: Nearest;
}

/** A policy's tests, put to the test. */
export interface Mutation {
	readonly results: readonly MutantResult[];
	/** How many changes do not compile, so that no test is needed. */
	readonly notCompiled: number;
	/** Mutants of the whole policy, of which these may be a part. */
	readonly all: number;
	/** What is wrong with comments that call mutants equivalent. */
	readonly slips: readonly Item[];
}

/** What is changed. */
export interface MutationSubject {
	readonly source: PolicySource;
	readonly folder: string;
	/** Paths that hold what is changed; undefined: all. */
	readonly under: readonly (string | undefined)[];
	readonly run?: RegExp;
	readonly shown: (path: string) => string;
}

/** The mutants of a policy, compiled. */
export interface PreparedMutants {
	readonly subject: MutationSubject;
	readonly selection: Selection;
	/** Absent: there is none. */
	readonly module?: MutantModule;
}

/** What should notice them. The tests pass on the policy as it is. */
export interface MutationTests {
	readonly tests: readonly RegoTest[];
	readonly fixtures: readonly MutationFixture[];
	readonly nowNs: bigint;
	readonly progress: (line: string) => void;
	/** Threads; default: as many as there are cores, where it is worth it. */
	readonly jobs?: number;
}

/** Finds and compiles the mutants; that takes as long as all tests. */
export async function prepareMutants(subject: MutationSubject, compiler: Compiler): Promise<PreparedMutants> {
	const list = await listMutants(subject.source, compiler);
	const selection = select(list, subject.folder, subject.under, subject.run, subject.shown);
	const ids = selection.mutants.map(({ id }) => id);
	if (ids.length === 0) return { subject, selection };
	return { subject, selection, module: await compileMutants(subject.source, ids, compiler) };
}

/** Asks of every mutant whether a test fails: unit tests first, then suites and snapshots, in the engine that judges. */
export async function runMutants(
	{ subject, selection, module }: PreparedMutants,
	{ tests: given, fixtures, nowNs, progress, jobs }: MutationTests,
	compiler: Compiler,
): Promise<Mutation> {
	const { mutants, all, ignored, slips } = selection;
	if (module === undefined) return { results: [], notCompiled: 0, all, slips };
	const tests = given.filter(isPlain);
	const runner = runnerOf(module, subject, tests, nowNs);
	const traced = runner === undefined ? [] : tests.map((test) => runner.trace(test)).filter(({ passed }) => passed);
	const packages = byPackage(mutants, module);
	const done = (through: number) => progress(`mutants: ${through} of ${module.mutants.length}`);
	const threads = Math.min(
		jobs ?? (module.mutants.length < WORTH_THREADS ? 1 : availableParallelism()),
		packages.length,
	);
	let kills: readonly Kill[] = [];
	let recorded: MutantFixtures | undefined;
	if (runner !== undefined && threads > 1) {
		const entrypoint = entrypointOf(tests[0]!);
		const setup = { module: module.module, data: subject.source.data, entrypoint, nowNs, traced };
		const running = killsInThreads(packages, setup, threads, done);
		// what fails while the fixtures are looked at is thrown below
		running.catch(() => {});
		recorded = await MutantFixtures.of(module, fixtures);
		kills = await running;
	} else if (runner !== undefined) {
		kills = packages.flatMap((one) => killsOf(one, traced, runner));
	}
	const killed = new Map(kills.map((kill) => [kill.id, kill]));
	const numbered = new Map(module.mutants.map((one) => [one.id, one]));
	const results: MutantResult[] = [];
	for (const mutant of mutants) {
		const one = numbered.get(mutant.id);
		if (one === undefined) continue; // it does not compile
		let kill = byTest(mutant, killed.get(mutant.id));
		if (kill === undefined) {
			recorded ??= await MutantFixtures.of(module, fixtures);
			kill = await bySuite(mutant, one, recorded);
		}
		const comment = ignored.get(mutant.id);
		if (kill !== undefined) {
			results.push({ ...kill, ...(comment === undefined ? {} : { comment }) });
		} else if (comment === undefined) {
			results.push({ mutant, status: 'survived' });
		} else {
			results.push({ mutant, status: 'ignored', comment });
		}
	}
	const survivors = results.filter(({ status }) => status === 'survived').map(({ mutant }) => mutant);
	const near =
		recorded === undefined
			? new Map<string, Nearest>()
			: await nearestOf(survivors, subject, tests, traced, nowNs, recorded, compiler);
	return {
		results: results.map((result) => {
			const found = near.get(result.mutant.id);
			return found === undefined ? result : { ...result, nearest: found };
		}),
		notCompiled: module.dropped.length,
		all,
		slips,
	};
}

/** So many mutants that threads are worth their start. */
const WORTH_THREADS = 200;

/** In the order of the mutants. */
function byPackage(mutants: readonly Mutant[], module: MutantModule): readonly PackageMutants[] {
	const numbered = new Map(module.mutants.map((one) => [one.id, one]));
	const found = new Map<string, Numbered[]>();
	for (const { id, package: name } of mutants) {
		const one = numbered.get(id);
		if (one !== undefined) found.set(name, [...(found.get(name) ?? []), one]);
	}
	return [...found].map(([name, of]) => ({ package: name, mutants: of }));
}

function runnerOf(
	{ module }: MutantModule,
	{ source }: MutationSubject,
	[first]: readonly RegoTest[],
	nowNs: bigint,
): MutantTests | undefined {
	return first === undefined ? undefined : new MutantTests(module, source.data, entrypointOf(first), nowNs);
}

function byTest(mutant: Mutant, kill: Kill | undefined): MutantResult | undefined {
	if (kill === undefined) return undefined;
	const { killedBy, killer, message } = kill;
	return { mutant, status: 'killed', killedBy, killer, ...(message === undefined ? {} : { message }) };
}

async function bySuite(
	mutant: Mutant,
	numbered: Numbered,
	fixtures: MutantFixtures,
): Promise<MutantResult | undefined> {
	const killer = await fixtures.killer(numbered);
	if (killer === undefined) return undefined;
	return { mutant, status: 'killed', killedBy: 'suite', killer: killer.title, message: killer.message };
}

/** What came nearest to each survivor, from a module in which only those are, with probes. */
async function nearestOf(
	survivors: readonly Mutant[],
	subject: MutationSubject,
	tests: readonly RegoTest[],
	traced: readonly TracedTest[],
	nowNs: bigint,
	fixtures: MutantFixtures,
	compiler: Compiler,
): Promise<ReadonlyMap<string, Nearest>> {
	const found = new Map<string, Nearest>();
	if (survivors.length === 0) return found;
	const ids = survivors.map(({ id }) => id);
	const module = await compileMutants(subject.source, ids, compiler, true);
	const runner = runnerOf(module, subject, tests, nowNs);
	const numbered = new Map(module.mutants.map((one) => [one.id, one]));
	const recorded = fixtures.over(module);
	for (const mutant of survivors) {
		const one = numbered.get(mutant.id);
		if (one === undefined) continue;
		const near = nearest(one, testsFor(one.definition, mutant.package, traced), runner, recorded);
		if (near !== undefined) found.set(mutant.id, near);
	}
	return found;
}
