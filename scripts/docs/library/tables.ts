import { CATEGORIES } from './categories.ts';
import { code, table } from './markdown.ts';
import { RISK_LISTS, type RiskList } from './owasp.ts';
import { levelIn } from './page.ts';
import { type Library, type LibraryRule, PROFILES } from './read.ts';

/** The generated blocks of `policies/README.md`, by the names of their marks. */
export function libraryBlocks(library: Library): Readonly<Record<string, string>> {
	return {
		'library-count': countOf(library),
		'library-rules': rulesTable(library),
		'library-owasp': RISK_LISTS.map((list) => riskTable(list, library)).join('\n\n'),
	};
}

function countOf({ rules }: Library): string {
	const used = new Set(rules.map(({ metadata }) => metadata.category));
	return `${rules.length} rules in ${used.size} categories:`;
}

function rulesTable(library: Library): string {
	const { rules, data, profiles } = library;
	return Object.entries(CATEGORIES)
		.flatMap(([category, about]) => {
			const own = rules.filter(({ metadata }) => metadata.category === category);
			if (own.length === 0) return [];
			const rows = own.map((rule) => [
				link(rule),
				rule.metadata.title,
				rule.metadata.does,
				...PROFILES.map((name) => levelIn(profiles[name], data, rule.id)),
			]);
			return [`**${category}**: ${about}`, table(['rule', 'title', 'does', ...PROFILES], rows)];
		})
		.join('\n\n');
}

/** @throws Error when an entry has neither a rule nor a word why */
function riskTable({ title, url, member, entries }: RiskList, { rules }: Library): string {
	const rows = entries.map(({ id, title: name, beyond }) => {
		const own = rules.filter(({ metadata }) => metadata[member].includes(id));
		if (own.length === 0 && beyond === undefined) throw new Error(`no rule addresses ${id}, and nothing says why`);
		return [`${id} ${name}`, own.length > 0 ? own.map(link).join(', ') : `no rule: ${beyond}`];
	});
	return [`[${title}](${url}):`, table(['entry', 'rules'], rows)].join('\n\n');
}

function link({ id }: LibraryRule): string {
	return `[${code(id)}](rules/${id}/README.md)`;
}
