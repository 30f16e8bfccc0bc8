import type { CompilerProblem } from '../compiler-protocol.ts';
import type { Words } from './diagnose.ts';
import { own } from './own-name.ts';

type Say = (found: readonly string[]) => Words;

/** What the later stages of OPA's compiler say, in the user's words, the first that fits. */
const SAYINGS: readonly (readonly [pattern: RegExp, say: Say])[] = [
	[
		/^var (\S+) is (?:unsafe|undeclared)/,
		([, name]) => ({
			code: 'ERR_REGO_UNSAFE',
			message: `nothing gives \`${name}\` a value`,
			help: `a text needs quotes: \`"${name}"\`; else write \`some ${name} in …\` or \`${name} := …\`, and not only under \`not\``,
		}),
	],
	[
		/^rule (\S+) is recursive: (.+)$/,
		([, name, cycle]) => ({
			code: 'ERR_REGO_RECURSION',
			message: `\`${own(name!)}\` uses itself: ${cycle!.split(' -> ').map(own).join(' → ')}`,
			help: 'a rule may not use itself, directly or through others; for trees there are `walk` and `graph.reachable`',
		}),
	],
	[
		/^function (\S+) has arity (\d+), got (\d+) arguments?$/,
		([, name, wants, has]) => ({
			code: 'ERR_REGO_ARITY',
			message: `\`${own(name!)}\` takes ${wants} ${wants === '1' ? 'value' : 'values'}, not ${has}`,
			help: 'give it what its definition asks for; one more is where the result goes',
		}),
	],
	[
		/^(?:assigned|declared) var (\S+) unused$/,
		([, name]) => ({
			code: 'ERR_REGO_UNUSED',
			message: `\`${name}\` gets a value that nobody reads`,
			help: 'use it, remove it, or call it `_`',
		}),
	],
	[
		/^unused argument (\S+)\. /,
		([, name]) => ({
			code: 'ERR_REGO_UNUSED',
			message: `the argument \`${name}\` is never read`,
			help: 'call it `_`, or leave it out',
		}),
	],
	[
		/^import (\S+) unused$/,
		([, name]) => ({
			code: 'ERR_REGO_UNUSED',
			message: `\`${name}\` is imported and never used`,
			help: 'remove the import',
		}),
	],
	[
		/^(import|variables|rules) must not shadow (\S+(?: \S+)?)/,
		([, , what]) => ({
			code: 'ERR_REGO_SHADOW',
			message: `\`${what!.replace(/ \(.*$/, '').replace(/^import /, '')}\` has this name already`,
			help: 'use another name; imports can be renamed: `import data.lib.x as y`',
		}),
	],
	[
		/^var (\S+) (assigned|declared|referenced) above$/,
		([, name, what]) => ({
			code: 'ERR_REGO_SHADOW',
			message: `\`${name}\` is ${what === 'referenced' ? 'used' : 'given a value'} above, in the same body`,
			help: 'a name has one value: compare with `==`, or give the second one another name',
		}),
	],
	[
		/^cannot assign (?:vars inside negated expression|to (.+))$/,
		([, what]) => ({
			code: 'ERR_REGO_SYNTAX',
			message: `nothing can be given to ${what === undefined ? 'a name under `not`' : `a ${what}`}`,
			help: 'compare with `==`; the name stands on the left of `:=`',
		}),
	],
	[
		/^(?:multiple default|conflicting) rules? (\S+)|^rule (\S+) conflicts with|^package (\S+) conflicts with/,
		([, a, b, c]) => ({
			code: 'ERR_REGO_CONFLICT',
			message: `\`${own(a ?? b ?? c ?? '')}\` is defined in two ways that do not go together`,
			help: 'a name is one thing: a package, a set, a value or a function. Give one of them another name',
		}),
	],
	[
		/^deprecated built-in function calls in expression: (.+)$/,
		([, name]) => ({
			code: 'ERR_RULE_BUILTIN',
			message: `a rule may not call \`${name}\`: Rego v1 has given it up`,
			help: 'use `every`, `some`, `regex.match` or the set operators',
		}),
	],
];

/** @param problem of any later stage: `rego_unsafe_var_error`, `rego_recursion_error`, `rego_compile_error` */
export function compileWords({ message }: CompilerProblem): Words {
	for (const [pattern, say] of SAYINGS) {
		const found = pattern.exec(message);
		if (found !== null) return say(found);
	}
	const help = "write it another way; these are OPA's own words, which its documentation explains";
	return { code: 'ERR_REGO_COMPILE', message: `OPA refuses this: ${message}`, help };
}
