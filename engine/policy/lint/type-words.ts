import { nearest } from '../../schema/nearest.ts';
import { whyForbidden } from '../capabilities.ts';
import type { CompilerProblem } from '../compiler-protocol.ts';
import { compileWords } from './compile-words.ts';
import type { Words } from './diagnose.ts';
import { own } from './own-name.ts';

/** @param problem of OPA's type checker and of what it finds on the way, `rego_type_error` */
export function typeWords(problem: CompilerProblem): Words {
	const { message, details } = problem;
	if (details?.builtin !== undefined) {
		const { reason, help } = whyForbidden(details.builtin);
		return { code: 'ERR_RULE_BUILTIN', message: `a rule may not call \`${details.builtin}\`: ${reason}`, help };
	}
	const missing = /^undefined function (.+)$/.exec(message)?.[1];
	if (missing !== undefined) {
		return {
			code: 'ERR_REGO_FUNCTION',
			message: `there is no function \`${own(missing)}\``,
			help: 'correct the name, import its package, or define the function in a package under `lib`',
		};
	}
	if (details?.before !== undefined) return member(details.before, details.have ?? '', details.oneOf ?? []);
	const ref = /^undefined ref: (.+)$/.exec(message)?.[1];
	if (ref !== undefined) return notInside(ref, details?.lines ?? []);
	const called = /^(\S+): (arity mismatch|invalid argument\(s\))$/.exec(message);
	if (called !== null) return call(own(called[1]!), details?.lines ?? [], called[2] === 'arity mismatch');
	if (message === 'match error') return match(details?.lines ?? []);
	const conflict = /^(?:multiple default rules|conflicting rules) (\S+) found/.exec(message)?.[1];
	if (conflict !== undefined) return conflicting(problem, own(conflict));
	return compileWords(problem);
}

function member(before: string, have: string, oneOf: readonly string[]): Words {
	const meant = nearest(have, oneOf);
	const fromInput = /^input\b/.test(before);
	return {
		code: 'ERR_INPUT_FIELD',
		message: fromInput ? `the input has no \`${before}.${have}\`` : `\`${own(before)}\` has no \`${have}\``,
		help:
			meant === undefined
				? `\`${own(before)}\` has ${oneOf.map((name) => `\`${name}\``).join(', ') || 'no members'}`
				: `did you mean \`${own(before)}.${meant}\`?`,
	};
}

function notInside(ref: string, lines: readonly string[]): Words {
	const have = /^have: (.*)$/.exec(lines.at(-1) ?? '')?.[1];
	return {
		code: ref.startsWith('input') ? 'ERR_INPUT_FIELD' : 'ERR_REGO_TYPE',
		message: `\`${own(ref)}\` asks for a member of something that has none`,
		help: have === undefined ? 'ask for what is there' : `what stands before the last step is ${article(have)}`,
	};
}

function call(name: string, lines: readonly string[], arity: boolean): Words {
	const have = operands(lines, 'have');
	const want = operands(lines, 'want').slice(0, arity ? undefined : Math.max(have.length, 1));
	// with the result as one operand more, OPA calls too many operands ill-typed
	const count = arity || operands(lines, 'want').length - 1 !== have.length;
	const wanted = count && !arity ? operands(lines, 'want').slice(0, -1) : want;
	return {
		code: count ? 'ERR_REGO_ARITY' : 'ERR_REGO_TYPE',
		message: count
			? `\`${name}\` takes ${wanted.length} ${wanted.length === 1 ? 'value' : 'values'}, not ${have.length}`
			: `\`${name}\` cannot work with these values`,
		help: `it takes (${wanted.join(', ')}) and is given (${have.join(', ')})`,
	};
}

/** `have: (string, number)` as its items; commas within brackets separate nothing. */
function operands(lines: readonly string[], which: string): string[] {
	const text = new RegExp(`^${which}: \\((.*)\\)$`).exec(lines.find((line) => line.startsWith(which)) ?? '')?.[1] ?? '';
	const items: string[] = [];
	let [depth, item] = [0, ''];
	for (const c of text) {
		if ('<[{('.includes(c)) depth++;
		if ('>]})'.includes(c)) depth--;
		if (c === ',' && depth === 0) {
			items.push(item.trim());
			item = '';
		} else item += c;
	}
	return item.trim() === '' ? items : [...items, item.trim()];
}

function match(lines: readonly string[]): Words {
	const [left, right] = ['left', 'right'].map((side) =>
		lines.find((line) => line.startsWith(side))?.replace(/^\w+\s*:\s*/, ''),
	);
	return {
		code: 'ERR_REGO_TYPE',
		message:
			left === undefined || right === undefined
				? 'these two can never be equal'
				: `these two can never be equal: ${article(left)} and ${article(right)}`,
		help: 'compare with a value of the type that the field has',
	};
}

function conflicting(problem: CompilerProblem, name: string): Words {
	const twice = / found at (.+):(\d+), (.+):(\d+)$/.exec(problem.message);
	return {
		code: 'ERR_REGO_CONFLICT',
		message:
			twice === null
				? `\`${name}\` is defined in two ways that do not go together`
				: `\`${name}\` has two defaults, the other at ${twice[1]}:${twice[2]}`,
		help: 'a name is one thing: a set (`contains`), a value (`:=`) or a function. Give one of them another name',
		...(twice === null ? {} : { place: { file: twice[3]!, row: Number(twice[4]), col: 1 } }),
	};
}

function article(type: string): string {
	return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
