import { type AskedFrame, MutantFrames, recordingPolicy } from '../../../engine/policy/mutation/frames.ts';
import type { MutantModule } from '../../../engine/policy/mutation/module.ts';
import type { Numbered } from '../../../engine/policy/mutation/mutant.ts';
import { type MutantPolicy, mutantPolicy } from '../../../engine/policy/mutation/policy.ts';
import type { CompiledPolicy } from '../../../engine/policy/types.ts';
import type { Fixture } from '../suite.ts';

/** A case of a suite or a snapshot, with the policy that it judges by, compiled with its data. */
export interface MutationFixture {
	/** With the suite in front. */
	readonly title: string;
	readonly fixture: Fixture;
	readonly compiled: CompiledPolicy;
}

interface Prepared {
	readonly title: string;
	readonly fixture: Fixture;
	readonly policy: MutantPolicy;
	readonly frames: MutantFrames;
	readonly asked: readonly AskedFrame[];
}

/** Fixtures over one module with mutants. */
export class MutantFixtures {
	readonly #prepared: readonly Prepared[];

	private constructor(prepared: readonly Prepared[]) {
		this.#prepared = prepared;
	}

	/** Judges every fixture once by the policy as it was written, and takes down what its frames asked. */
	static async of(module: MutantModule, fixtures: readonly MutationFixture[]): Promise<MutantFixtures> {
		const policies = new Map<string, MutantPolicy>();
		const prepared: Prepared[] = [];
		for (const { title, fixture, compiled } of fixtures) {
			const policy = policies.get(compiled.revision) ?? mutantPolicy(module.module, compiled);
			policies.set(compiled.revision, policy);
			policy.switchboard.off();
			const asked: Pick<AskedFrame, 'seed' | 'input' | 'nowNs'>[] = [];
			await fixture.run(recordingPolicy(policy.policy, asked));
			const frames = new MutantFrames(policy, [...module.sayings.values()]);
			prepared.push({ title, fixture, policy, frames, asked: asked.map((one) => frames.trace(one)) });
		}
		return new MutantFixtures(prepared);
	}

	/** The same fixtures over another module of the same policy: what their frames asked stays. */
	over(module: MutantModule): MutantFixtures {
		const policies = new Map<string, MutantPolicy>();
		return new MutantFixtures(
			this.#prepared.map((one) => {
				const { compiled } = one.policy.policy;
				const policy = policies.get(compiled.revision) ?? mutantPolicy(module.module, compiled);
				policies.set(compiled.revision, policy);
				return { ...one, policy, frames: new MutantFrames(policy, [...module.sayings.values()]) };
			}),
		);
	}

	/** The first fixture whose expectations fail under the mutant, and what the first of them says; undefined: none. */
	async killer(mutant: Numbered): Promise<{ readonly title: string; readonly message: string } | undefined> {
		for (const { title, fixture, policy, frames, asked } of this.#prepared) {
			if (!asked.some((frame) => frames.differs(mutant, frame))) continue;
			policy.switchboard.on(mutant);
			const failure = (await fixture.run(policy.policy)).find(({ status }) => status === 'failure');
			policy.switchboard.off();
			if (failure !== undefined) return { title, message: failure.message ?? failure.name };
		}
		return undefined;
	}

	/** Frames with where they come by: of a module with probes. */
	*passages(
		mutant: Numbered,
	): Generator<
		{ readonly name: string; readonly differs: boolean } & NonNullable<ReturnType<MutantFrames['passages']>>
	> {
		for (const { title, frames, asked } of this.#prepared) {
			for (const frame of asked) {
				const passages = frames.passages(mutant, frame);
				if (passages === undefined) continue;
				const seq = frame.seed.slice(frame.seed.lastIndexOf('/') + 1);
				yield { name: `${title} seq ${seq}`, differs: frames.differs(mutant, frame), ...passages };
			}
		}
	}
}
