import { createDetector, type Detector } from '../detect/detector.ts';
import { type ParsedException, readPolicyConfig } from './config-data.ts';
import { createEvaluator } from './evaluate.ts';
import { indexTable } from './index-table.ts';
import { DEFAULT_LIMITS, type EvaluationLimits } from './limits.ts';
import { type PartsRead, partsRead } from './parts-read.ts';
import type { Probe } from './probe.ts';
import { createRuleIndex, type RuleIndex } from './rule-index.ts';
import type { CompiledPolicy, Evaluator, RuleInfo } from './types.ts';

/** A policy ready to judge. */
export interface Policy {
	readonly revision: string;
	readonly rules: readonly RuleInfo[];
	readonly compiled: CompiledPolicy;
	readonly evaluator: Evaluator;
	readonly detector: Detector;
	readonly exceptions: readonly ParsedException[];
	/** Which rules can say anything of a frame. */
	readonly index: RuleIndex;
	/** What of the input they read: only that is worked out and serialised. */
	readonly partsRead: PartsRead;
}

/**
 * Makes a compiled policy judge. Throws `SluiceError` or `EvaluationFailure` when its configuration data is
 * wrong or its module does not load: then the policy in force stays. `probe` is for an instrumented module.
 */
export function loadPolicy(compiled: CompiledPolicy, limits: EvaluationLimits = DEFAULT_LIMITS, probe?: Probe): Policy {
	const index = createRuleIndex(compiled.rules);
	const { levels, exceptions } = readPolicyConfig(
		compiled.data,
		compiled.rules.map((rule) => rule.id),
	);
	return {
		revision: compiled.revision,
		rules: compiled.rules,
		compiled,
		index,
		evaluator: createEvaluator(
			compiled.wasm,
			{ ...compiled.data, sluice: { levels, index: indexTable(index) } },
			limits,
			probe,
		),
		detector: createDetector(compiled.masking),
		exceptions,
		partsRead: partsRead(index, compiled.rules),
	};
}
