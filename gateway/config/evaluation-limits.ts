import { type EvaluationLimits, FUEL_PER_MS } from '../../engine/policy/limits.ts';
import type { Config } from './config.ts';

/** `limits.evaluation` as fuel, by a fixed constant (contract §4), and `limits.memory`. */
export function evaluationLimits({ limits }: Pick<Config, 'limits'>): EvaluationLimits {
	return { fuel: Math.ceil(limits.evaluation * FUEL_PER_MS), memory: limits.memory };
}
