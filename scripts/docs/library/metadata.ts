import { CATEGORIES } from './categories.ts';
import { RISK_LISTS } from './owasp.ts';

/** What the package annotation of a library rule says. Prose is Markdown. */
export interface RuleMetadata {
	readonly title: string;
	/** What the rule does, in one to three sentences. */
	readonly description: string;
	readonly severity: 'low' | 'medium' | 'high' | 'critical';
	readonly category: string;
	/** First version that has it. */
	readonly since: string;
	readonly owasp_llm: readonly string[];
	readonly owasp_mcp: readonly string[];
	/** The sets it gives, in a few words: `hold (or deny)`. */
	readonly does: string;
	/** What whoever met it should do. */
	readonly remediation: string;
	/** The attack or the accident. */
	readonly why: string;
	/** When it is wrong, and what to set then. */
	readonly false_positives: string;
	/** What it does not see. */
	readonly misses: string;
	/** More of what it does: lists and examples. */
	readonly details?: string;
	/** Each setting's meaning. */
	readonly settings: Readonly<Record<string, string>>;
}

const SEVERITIES = ['low', 'medium', 'high', 'critical'];
const TEXTS = ['severity', 'category', 'since', 'does', 'remediation', 'why', 'false_positives', 'misses'] as const;
const OPTIONAL = ['details', 'settings'];

/** An annotation as the compiler reads it. */
interface Annotation {
	readonly title?: string;
	readonly description?: string;
	readonly custom?: Readonly<Record<string, unknown>>;
}

/** What METADATA of rule `id` lacks or has too much, in words; empty when it is complete. */
export function complaintsAbout(id: string, { title, description, custom = {} }: Annotation): readonly string[] {
	const complaints: string[] = [];
	const say = (what: string) => complaints.push(`${id}: ${what}`);
	if (title === undefined) say('`title` is missing');
	if (description === undefined) say('`description` is missing');
	for (const name of TEXTS) {
		const value = custom[name];
		if (typeof value !== 'string' || value.trim() === '') say(`\`${name}\` must be a text`);
	}
	if (!SEVERITIES.includes(String(custom['severity']))) say(`\`severity\` must be one of ${SEVERITIES.join(', ')}`);
	if (custom['category'] !== id.split('/')[0]) say('`category` must be the first part of the id');
	if (CATEGORIES[id.split('/')[0]!] === undefined) say('the category is not in scripts/docs/library/categories.ts');
	for (const { member, entries } of RISK_LISTS) {
		const named = custom[member];
		if (!Array.isArray(named)) say(`\`${member}\` must be a list`);
		else for (const entry of named) if (!entries.some((e) => e.id === entry)) say(`\`${member}\` has no \`${entry}\``);
	}
	if (RISK_LISTS.every(({ member }) => !Array.isArray(custom[member]) || custom[member].length === 0)) {
		say('`owasp_llm` or `owasp_mcp` must name an entry');
	}
	if (custom['details'] !== undefined && typeof custom['details'] !== 'string') say('`details` must be a text');
	const { settings = {} } = custom;
	if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) say('`settings` must be an object');
	else {
		for (const [name, meaning] of Object.entries(settings)) {
			if (typeof meaning !== 'string') say(`\`settings.${name}\` must be a text`);
		}
	}
	const known = new Set<string>([...TEXTS, ...OPTIONAL, ...RISK_LISTS.map(({ member }) => member)]);
	for (const name of Object.keys(custom)) if (!known.has(name)) say(`\`${name}\` is not known`);
	return complaints;
}

/** METADATA of a rule. @throws Error with every complaint */
export function metadataOf(id: string, annotation: Annotation): RuleMetadata {
	const complaints = complaintsAbout(id, annotation);
	if (complaints.length > 0) throw new Error(complaints.join('\n'));
	const { title, description, custom } = annotation;
	return { settings: {}, ...custom, title, description: description?.trim() } as unknown as RuleMetadata;
}
