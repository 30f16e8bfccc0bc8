import { SluiceError } from '../../../engine/error.ts';

/** Words that Rego keeps for itself: no part of a package may be called so. */
const KEYWORDS: ReadonlySet<string> = new Set([
	...['as', 'contains', 'default', 'else', 'every', 'false', 'if', 'import', 'in', 'not', 'null', 'package', 'some'],
	...['true', 'with', 'data', 'input'],
]);

/** A rule's id in its two parts. */
export interface RuleName {
	readonly id: string;
	readonly category: string;
	readonly name: string;
}

/** Reads `<category>/<name>` (contract §2). @throws SluiceError `ERR_RULE_NAME` with the name that was probably meant */
export function ruleName(id: string): RuleName {
	const [category = '', name = '', ...rest] = id.split('/');
	if (rest.length === 0 && isPart(category) && isPart(name)) return { id, category, name };
	const parts = id
		.split(/[/.]/)
		.map(mended)
		.filter((part) => part !== '');
	const meant = parts.length === 2 ? parts.join('/') : parts.length === 1 ? `team/${parts[0]}` : undefined;
	const spelled = 'a rule is called <category>/<name>, both in small letters, digits and `_`, a letter first';
	throw new SluiceError('ERR_RULE_NAME', `\`${id}\` is no name for a rule`, {
		help: meant === undefined ? `${spelled}, as in \`files/outside_hours\`` : `${spelled}: did you mean \`${meant}\`?`,
	});
}

function isPart(part: string): boolean {
	// a name that ends so would be read as the tests of another rule
	return /^[a-z][a-z0-9_]*$/.test(part) && !KEYWORDS.has(part) && !part.endsWith('_test');
}

function mended(part: string): string {
	const made = part
		.replace(/([a-z0-9])([A-Z])/g, '$1_$2')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^[_0-9]+|_+$/g, '')
		.replace(/_test$/, '');
	return KEYWORDS.has(made) ? `${made}_rule` : made;
}

/** `outside_hours` → `Outside hours` */
export function titleOf(name: string): string {
	const words = name.replaceAll('_', ' ').trim();
	return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
