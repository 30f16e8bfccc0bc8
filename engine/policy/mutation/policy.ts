import { createDetector } from '../../detect/detector.ts';
import { readPolicyConfig } from '../config-data.ts';
import { evaluatorOver } from '../evaluate.ts';
import { ENTRYPOINT } from '../generate.ts';
import { Instance } from '../instance.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Policy } from '../load.ts';
import { partsRead } from '../parts-read.ts';
import { createRuleIndex } from '../rule-index.ts';
import type { CompiledPolicy } from '../types.ts';
import { Switchboard } from './switchboard.ts';

/** A policy that judges under the mutant that its switchboard has on. */
export interface MutantPolicy {
	readonly policy: Policy;
	/** What evaluates for `policy`, for other questions to it. */
	readonly instance: Instance;
	readonly switchboard: Switchboard;
}

/**
 * The policy of a module with mutants. All rules are asked of every frame, and with the whole input: which frames a rule
 * can say anything of was worked out from the rule as it was written.
 *
 * @throws SluiceError, EvaluationFailure as `loadPolicy`
 */
export function mutantPolicy(module: WebAssembly.Module, compiled: CompiledPolicy): MutantPolicy {
	const rules = compiled.rules.map(({ touches: _, ...rule }) => rule);
	const { levels, exceptions } = readPolicyConfig(
		compiled.data,
		rules.map(({ id }) => id),
	);
	const switchboard = new Switchboard();
	const data = Buffer.from(JSON.stringify({ ...compiled.data, sluice: { levels } }), 'utf8');
	const instance = new Instance(module, data, ENTRYPOINT, DEFAULT_LIMITS.memory, {
		own: switchboard.builtins,
		switches: switchboard.switches,
	});
	const index = createRuleIndex(rules);
	const policy: Policy = {
		revision: compiled.revision,
		rules,
		compiled,
		index,
		evaluator: evaluatorOver(() => instance, DEFAULT_LIMITS),
		detector: createDetector(compiled.masking),
		exceptions,
		partsRead: partsRead(index, rules),
	};
	return { policy, instance, switchboard };
}
