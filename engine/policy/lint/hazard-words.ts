import type { Details, Saying } from './findings.ts';

/** How each hazard is said; `docs/check.md` tells why each is one. */
export const HAZARDS: Readonly<Record<string, Saying>> = {
	absent: { code: 'LINT_FAIL_OPEN', level: 'open', say: absent },
	message: {
		code: 'LINT_MESSAGE_ABSENT',
		level: 'open',
		say: ({ path }) => ({
			message: `without \`${path}\` there is no message, so the rule does not fire`,
			help: `use a template string, \`$"… {${path}} …"\`, or \`object.get\` with a default`,
		}),
	},
	type: { code: 'LINT_ARGUMENT_TYPE', level: 'open', say: illTyped },
	regex: {
		code: 'LINT_REGEX',
		level: 'open',
		say: ({ why }) => ({
			message: `this pattern never matches: ${String(why).replace(/^error parsing regexp: /, '')}`,
			help: 'patterns are RE2: no look-around and no back references; write it between backticks',
		}),
	},
	sprintf: { code: 'LINT_SPRINTF', level: 'note', say: format },
	replace: {
		code: 'LINT_REPLACE',
		level: 'note',
		say: ({ form, path }) => ({
			message:
				form === 'empty'
					? 'an empty text is searched for: the replacement goes between all characters'
					: `\`${path}\` decides what is searched for: an empty one puts the replacement between all characters`,
			help: 'search for a constant text that is not empty',
		}),
	},
	unbounded: { code: 'LINT_UNBOUNDED', level: 'note', say: unbounded },
	print: {
		code: 'LINT_PRINT',
		level: 'note',
		say: () => ({ message: '`print` does nothing where the policy runs', help: 'remove it; tests may print' }),
	},
	time: {
		code: 'LINT_TIME_NOW',
		level: 'note',
		say: () => ({
			message: '`time.now_ns()` is the time of the frame, not of a clock',
			help: 'write `input.time.ns`, which says so; `input.time.hour` and `input.time.weekday` are there too',
		}),
	},
	hold: {
		code: 'LINT_HOLD_IMPOSSIBLE',
		level: 'open',
		say: ({ form, value }) => ({
			message:
				form === 'kind'
					? `what is ${spelledList(value)} cannot be held: this hold denies with \`ERR_HOLD_IMPOSSIBLE\``
					: `${spelledList(value)} cannot be held: this hold denies with \`ERR_HOLD_IMPOSSIBLE\``,
			help: 'write `deny`, or narrow it to requests that can wait, such as `tools/call`',
		}),
	},
};

function absent({ path, form }: Details): { message: string; help: string } {
	switch (form) {
		case 'not':
			return {
				message: `without \`${path}\` this \`not\` is undefined, so the rule does not fire`,
				help: `write \`import rego.v2\` above, or name the condition in a helper and negate that: \`not allowed\``,
			};
		case 'neq':
			return {
				message: `without \`${path}\` this \`!=\` is undefined, so the rule does not fire`,
				help: 'write `not … == …`, which holds for what is absent too',
			};
		case 'count':
			return {
				message: `without \`${path}\` there is nothing to count, so the rule does not fire`,
				help: `add a body for what is absent: \`not ${path}\``,
			};
		default:
			return {
				message: `without \`${path}\` this comparison is undefined, so the rule does not fire`,
				help: 'give it a default: `object.get(…, …, 0)`',
			};
	}
}

const SIGNS: Readonly<Record<string, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

function illTyped({ path, operator, wants }: Details): { message: string; help: string } {
	const sign = SIGNS[String(operator)];
	const guard = `is_${wants}(${path})`;
	if (operator === 'some') {
		const message = `where \`${path}\` is no list, there is nothing to loop over, so the rule does not fire`;
		return { message, help: `ask \`${guard}\` first, and deny \`not ${guard}\` in a body of its own` };
	}
	return {
		message:
			sign === undefined
				? `\`${operator}\` is undefined where \`${path}\` is of another type, so the rule does not fire`
				: `\`${sign}\` orders values of any type, and nobody knows that \`${path}\` is a number`,
		help: `ask \`${guard}\` first, and deny \`not ${guard}\` in a body of its own`,
	};
}

function format({ form, value, wants, has, path }: Details): { message: string; help: string } {
	switch (form) {
		case 'open':
			return {
				message: `\`${path}\` is the format, so whoever sends it decides what the text says`,
				help: 'write the format yourself and hand the value to it: `sprintf("%v", [x])`',
			};
		case 'verb':
			return {
				message: `\`${value}\` is nothing that \`sprintf\` knows`,
				help: 'write `%v`, or `%%` for a percent sign',
			};
		case 'count':
			return {
				message: `the format takes ${wants}, and the list has ${has}`,
				help: 'give one value for each `%`; a percent sign is `%%`',
			};
		default:
			return {
				message: `\`${value}\` does not show ${/^[aeiou]/.test(String(has)) ? 'an' : 'a'} ${has}`,
				help: 'write `%v`, which shows anything',
			};
	}
}

function unbounded({ form, path }: Details): { message: string; help: string } {
	const help = `bound it first: \`count(${path}) <= 100\`, with a deny for what is larger`;
	switch (form) {
		case 'walk':
			return { message: `\`walk\` visits everything in \`${path}\`, however much a caller sends`, help };
		case 'range':
			return { message: `\`${path}\` decides how long this list gets`, help: 'compare it with a limit first' };
		default:
			return { message: `a caller decides how often this loop over \`${path}\` runs`, help };
	}
}

function spelledList(value: unknown): string {
	return String(value)
		.split(', ')
		.map((item) => `\`${item}\``)
		.join(', ');
}
