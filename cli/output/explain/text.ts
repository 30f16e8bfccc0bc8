import { paint } from '../paint.ts';
import { type Look, spellPlace } from '../report.ts';
import { visible, wrap } from '../wrap.ts';
import type { ShownDefinition, ShownExplanation, ShownFailure, ShownHelper, ShownRule, ShownValue } from './model.ts';

/** An explanation for people. `verbose`: also the rules that look at other frames. */
export function spellExplanation(explanation: ShownExplanation, look: Look & { readonly verbose: boolean }): string {
	return new Speller(look).explanation(explanation);
}

/** Writes lines of at most a width; what has been explained once is not explained again. */
class Speller {
	readonly #look: Look & { readonly verbose: boolean };
	readonly #explained = new Set<string>();
	#lines: string[] = [];

	constructor(look: Look & { readonly verbose: boolean }) {
		this.#look = look;
	}

	explanation({ rules, disagreements }: ShownExplanation): string {
		for (const { rule, set, only, member } of disagreements) {
			const who =
				only === 'module' ? 'the engine has it, the explanation has not' : 'the explanation has it, the engine has not';
			this.#line(0, `! the two engines disagree on ${rule} ${set} ${member}: ${who}. Please report it.`, 'red');
		}
		for (const { rule, sets } of rules) {
			for (const { set, error } of sets) {
				if (error !== undefined) this.#line(0, `! ${rule} ${set} could not be evaluated: ${error}`, 'red');
			}
		}
		const fired = rules.filter(({ definitions }) => definitions.some(({ outcome }) => outcome === 'fired'));
		this.#heading('fired', fired.length, 'no rule fired');
		for (const rule of fired) this.#fired(rule);
		this.#group(rules, 'near', 'nearly: something held, and then not this');
		this.#group(rules, 'unmet', 'not at all: the first expression failed');
		const elsewhere = rules.filter(
			({ definitions }) => definitions.length > 0 && definitions.every(({ outcome }) => outcome === 'elsewhere'),
		);
		if (this.#look.verbose) this.#group(rules, 'elsewhere', 'look at other frames');
		else if (elsewhere.length > 0) {
			const [rule, look] = elsewhere.length === 1 ? ['rule', 'looks'] : ['rules', 'look'];
			this.#line(0, `\n${elsewhere.length} ${rule} ${look} at other frames; --verbose says why`);
		}
		return `${this.#lines.join('\n')}\n`;
	}

	#heading(title: string, count: number, none?: string): void {
		if (count > 0 || none !== undefined)
			this.#lines.push('', paint('bold', count > 0 ? title : none!, this.#look.color));
	}

	#fired({ rule, level, sets, definitions }: ShownRule): void {
		for (const { set, members, effect } of sets) {
			const places = definitions.filter((one) => one.set === set && one.outcome === 'fired').map(({ place }) => place);
			if (places.length === 0) continue;
			this.#line(1, `${rule} ${set}${level === 'enforce' ? '' : ` (level ${level})`}`, 'cyan');
			for (const place of places) this.#line(2, spellPlace(place));
			for (const member of members) this.#line(2, `= ${spellValue(member)}`);
			switch (effect?.kind) {
				case 'shadow':
					this.#line(2, `a warning only: the level of the rule is \`shadow\``);
					break;
				case 'off':
					this.#line(2, 'counts for nothing: the level of the rule is `off`');
					break;
				case 'nothing':
					this.#line(2, 'counts for nothing: the mask covers nothing in this frame');
					break;
				case 'excepted': {
					const by = effect.by === undefined ? '' : ` by ${effect.by}`;
					this.#line(2, `a warning only: an exception${by} until ${effect.until}: ${effect.reason}`);
					break;
				}
			}
		}
	}

	#group(rules: readonly ShownRule[], outcome: string, title: string): void {
		const found = rules.flatMap((rule) =>
			rule.definitions.filter((one) => one.outcome === outcome).map((one) => ({ rule, one })),
		);
		this.#heading(title, found.length);
		for (const { rule, one } of found) {
			const level = rule.level === 'enforce' ? '' : ` (level ${rule.level})`;
			this.#line(1, `${rule.rule} ${one.set}${level}  ${spellPlace(one.place)}`, 'cyan');
			if (one.failed !== undefined) this.#failure(one.failed, 2);
		}
	}

	/** `within`: it stands in a helper, which may be in another file. */
	#failure(failure: ShownFailure, depth: number, within = false): void {
		const { place, text, negated, tries, values, because } = failure;
		const often =
			tries > 1 ? ` (${tries} times${tries > values.length ? `, the first ${values.length} here` : ''})` : '';
		const said = negated ? 'is false, as what it denies was true' : 'is false or undefined';
		const at = within ? spellPlace(place) : `${place.row}:${place.col}`;
		this.#line(depth, `${at} \`${text}\` ${said}${often}`);
		const seen = new Set<string>();
		const helped = new Set(because.map(({ name }) => name));
		for (const list of values) {
			for (const { text: name, value, bytes } of list) {
				if (helped.has(name)) continue;
				const known =
					value === undefined ? 'undefined' : spellValue({ value, ...(bytes === undefined ? {} : { bytes }) });
				const line = `${name} ${value === undefined ? 'is' : '='} ${known}`;
				if (!seen.has(line)) this.#line(depth + 1, line);
				seen.add(line);
			}
		}
		for (const helper of because) this.#helper(helper, negated, depth + 1);
	}

	#helper({ name, value, definitions }: ShownHelper, negated: boolean, depth: number): void {
		const state = value === undefined ? 'is undefined' : `is ${value}`;
		const key = `${name} ${state} ${definitions.map(({ place }) => spellPlace(place)).join()}`;
		if (this.#explained.has(key)) {
			this.#line(depth, `\`${name}\` ${state} (explained above)`);
			return;
		}
		this.#explained.add(key);
		this.#line(depth, `\`${name}\` ${state}${negated ? ', by' : ' because'}`);
		for (const definition of definitions) this.#definition(definition, depth + 1);
	}

	#definition({ place, failed }: ShownDefinition, depth: number): void {
		if (failed === undefined) this.#line(depth, spellPlace(place));
		else this.#failure(failed, depth, true);
	}

	#line(depth: number, text: string, ink?: Parameters<typeof paint>[0]): void {
		const [before, words] = text.startsWith('\n') ? ['\n', text.slice(1)] : ['', text];
		// however deep, half of the width is left for words
		const indent = ' '.repeat(Math.min(2 * depth, Math.floor(this.#look.width / 2)));
		const lines = wrap(words, this.#look.width - indent.length, '  ').replaceAll('\n', `\n${indent}`);
		const shown = `${before}${indent}${lines}`;
		this.#lines.push(ink === undefined ? shown : paint(ink, shown, this.#look.color));
	}
}

function spellValue({ value, bytes }: ShownValue): string {
	return `${visible(value)}${bytes === undefined ? '' : ` (${bytes} bytes)`}`;
}
