import { exampleOf } from './example.ts';
import type { CaseRun } from './fixture.ts';
import { code, table } from './markdown.ts';
import { RISK_LISTS } from './owasp.ts';
import { type Library, type LibraryData, type LibraryRule, PROFILES } from './read.ts';

/** The page of a rule, `policies/rules/<category>/<name>/README.md`. */
export function pageOf(rule: LibraryRule, library: Library, runs: readonly CaseRun[]): string {
	const { id, metadata } = rule;
	const parts = [
		'<!-- Written by `npm run docs:library` from METADATA, data.yaml and the fixture: edit those. -->',
		`# ${id}: ${metadata.title}`,
		table(
			['severity', 'does', ...PROFILES, 'since'],
			[
				[
					metadata.severity,
					metadata.does,
					...PROFILES.map((name) => levelIn(library.profiles[name], library.data, id)),
					metadata.since,
				],
			],
		),
		'## What it does',
		metadata.description,
		...(metadata.details === undefined ? [] : [metadata.details]),
		'## Why',
		metadata.why,
		risks(rule),
		'## What to do when it fires',
		metadata.remediation,
		'## Settings',
		...settings(rule, library),
		'## When it is wrong',
		metadata.false_positives,
		'## What it does not see',
		metadata.misses,
		'## Example',
		exampleOf(id, runs),
	];
	return `${parts.map((part) => part.trim()).join('\n\n')}\n`;
}

/** The level of a rule under a profile laid over the library's data. */
export function levelIn(profile: LibraryData, data: LibraryData, id: string): string {
	return (
		profile.config?.rules?.[id]?.level ??
		data.config?.rules?.[id]?.level ??
		profile.config?.level ??
		data.config?.level ??
		'enforce'
	);
}

function risks({ metadata }: LibraryRule): string {
	return RISK_LISTS.flatMap(({ title, url, member, entries }) => {
		const named = entries.filter(({ id }) => metadata[member].includes(id));
		if (named.length === 0) return [];
		return `- [${title}](${url}): ${named.map((entry) => `${entry.id} ${entry.title}`).join(', ')}`;
	}).join('\n');
}

function settings({ id, metadata }: LibraryRule, { data, profiles }: Library): string[] {
	const known = data.settings?.[id];
	if (known === undefined) return ['None.'];
	const rows = Object.entries(known).map(([name, value]) => [
		code(name),
		value === undefined ? '' : shownValue(value),
		metadata.settings[name] ?? '',
	]);
	const changes = PROFILES.flatMap((profile) => {
		const own = profiles[profile].settings?.[id];
		if (own === undefined) return [];
		const list = Object.entries(own).map(([name, value]) => `${code(name)} ${shownValue(value)}`);
		return `Profile ${code(profile)} sets ${list.join(', ')}.`;
	});
	return [`In \`settings["${id}"]\`:`, table(['setting', 'default', 'meaning'], rows), ...changes];
}

/** How many entries of a list a table shows. */
const SHOWN = 4;

function shownValue(value: unknown): string {
	if (Array.isArray(value)) {
		if (value.length === 0) return 'none';
		const first = value.slice(0, SHOWN).map((entry) => code(typeof entry === 'string' ? entry : JSON.stringify(entry)));
		return value.length > SHOWN ? `${first.join(', ')}, … (${value.length})` : first.join(', ');
	}
	if (typeof value === 'object' && value !== null) {
		return Object.keys(value).length === 0 ? 'none' : code(JSON.stringify(value));
	}
	return value === '' ? 'none' : code(String(value));
}
