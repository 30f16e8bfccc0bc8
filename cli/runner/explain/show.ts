import type { Explanation } from '../../../engine/policy/explain/explain.ts';
import type { ExplainedDefinition, Failure, ValueText } from '../../../engine/policy/explain/explained-set.ts';
import type { ShownDefinition, ShownExplanation, ShownFailure, ShownValue } from '../../output/explain/model.ts';
import type { Cleaner } from './clean.ts';

/** Characters of a value that are shown. */
const LONGEST = 200;

/** An explanation as it may be shown; `path` makes a path of the policy one that the user would write. */
export function shownExplanation(
	{ rules, disagreements }: Explanation,
	clean: Cleaner,
	path: (file: string) => string,
): ShownExplanation {
	return {
		rules: rules.map(({ rule, level, sets, definitions }) => ({
			rule,
			level,
			sets: sets.map(({ members, error, ...set }) => ({
				...set,
				members: members.map(shownValue),
				...(error === undefined ? {} : { error: clean.text(error) }),
			})),
			definitions: definitions.map((one) => ({ ...shownDefinition(one), set: one.set, outcome: one.outcome })),
		})),
		disagreements: disagreements.map((one) => ({ ...one, member: clean.text(one.member) })),
	};

	function shownDefinition({ file, row, col, fired, failed }: ExplainedDefinition): ShownDefinition {
		const place = { file: path(file), row, col };
		return { place, fired, ...(failed === undefined ? {} : { failed: shownFailure(failed, place.file) }) };
	}

	function shownFailure(
		{ row, col, text, negated, passed, tries, values, helpers = [] }: Failure,
		file: string,
	): ShownFailure {
		return {
			place: { file, row, col },
			text: clean.text(text),
			negated: negated === true,
			passed,
			tries,
			values: values.map((list) =>
				list.map(({ text: name, value }) => ({
					text: clean.text(name),
					...(value === undefined ? {} : shownValue(value)),
				})),
			),
			because: helpers.map(({ name, value, definitions }) => ({
				name: clean.text(name),
				...(value === undefined ? {} : shownValue(value)),
				definitions: definitions.map(shownDefinition),
			})),
		};
	}

	function shownValue({ rego, bytes }: ValueText): ShownValue {
		if (rego === undefined) return { value: '…', bytes };
		// cleaned before it is cut: half a secret is not found any more
		const whole = clean.value(rego);
		return whole.length <= LONGEST ? { value: whole } : { value: `${whole.slice(0, LONGEST)}…`, bytes };
	}
}
