import { typeMatches } from '../detect/type-glob.ts';
import { nearest } from '../schema/nearest.ts';
import { type DataObject, isObject } from './data-file.ts';
import type { DataPath, DataPlaces } from './data-place.ts';
import type { ExceptionScope } from './decision.ts';
import type { Level } from './judgement.ts';
import { PolicyError } from './policy-error.ts';
import { parseRfc3339 } from './rfc3339.ts';
import type { Diagnostic } from './types.ts';

/** `data.config`: what the operator says about rules without touching them (contract §2, *Configuration as data*). */
export interface PolicyConfig {
	/** The level of every rule. */
	readonly levels: Readonly<Record<string, Level>>;
	readonly exceptions: readonly ParsedException[];
	/** What the library's `access/allowlist` lets through. */
	readonly allow: readonly AllowEntry[];
}

export interface AllowEntry {
	readonly server?: string;
	readonly method?: string;
	readonly tool?: string;
	readonly group?: string;
}

/** One of `data.config.exceptions`. */
export interface ParsedException {
	/** Id of a rule, or a glob over ids. */
	readonly rule: string;
	/** As written, and the same in Unix ns. */
	readonly until: string;
	readonly untilNs: bigint;
	readonly reason: string;
	readonly by?: string;
	/** Whether a reason of `rule` becomes a warning here and now. */
	applies(rule: string, scope: ExceptionScope): boolean;
}

const LEVELS: readonly string[] = ['enforce', 'shadow', 'off'] satisfies Level[];
const CONDITIONS = ['principal', 'group', 'server', 'server_label', 'tool'] as const;
const EXCEPTION_FIELDS: readonly string[] = ['rule', 'until', 'reason', 'by', ...CONDITIONS];
const ALLOW_FIELDS: readonly string[] = ['server', 'method', 'tool', 'group'];
const CONFIG_FIELDS: readonly string[] = ['level', 'rules', 'exceptions', 'allow'];

/**
 * Reads and validates `data.config`.
 *
 * @throws {PolicyError} `ERR_POLICY_CONFIG` with everything that is wrong
 */
export function readPolicyConfig(data: DataObject, ruleIds: readonly string[]): PolicyConfig {
	const { config, diagnostics } = inspectPolicyConfig(data, ruleIds);
	const first = diagnostics.find(({ level }) => level === 'error');
	if (first === undefined) return config;
	throw new PolicyError(
		'ERR_POLICY_CONFIG',
		`the configuration in the policy's data is wrong: ${first.message}`,
		diagnostics,
		first.help === undefined ? {} : { help: first.help },
	);
}

/** The same without throwing; with the time (Unix ns) it also warns of exceptions that have expired. */
export function inspectPolicyConfig(
	data: DataObject,
	ruleIds: readonly string[],
	nowNs?: bigint,
	placeOf: DataPlaces = () => undefined,
): { readonly config: PolicyConfig; readonly diagnostics: readonly Diagnostic[] } {
	const diagnostics: Diagnostic[] = [];
	const add = (diagnostic: Diagnostic, path: DataPath) => {
		const place = placeOf(['config', ...path]);
		diagnostics.push(place === undefined ? diagnostic : { ...diagnostic, place });
	};
	const wrong: Wrong = (path, message, help) =>
		add({ code: 'ERR_POLICY_CONFIG', level: 'error', message, ...(help === undefined ? {} : { help }) }, path);
	const raw = data['config'] ?? {};
	if (!isObject(raw)) {
		wrong([], '`data.config` must be an object', 'write it as in `config: { level: enforce }`');
		return { config: { levels: {}, exceptions: [], allow: [] }, diagnostics };
	}
	for (const key of Object.keys(raw)) {
		const meant = CONFIG_FIELDS.includes(key) ? undefined : nearest(key, CONFIG_FIELDS);
		if (meant === undefined || Object.hasOwn(raw, meant)) continue;
		const message = `\`data.config.${key}\` means nothing to sluice`;
		add({ code: 'LINT_CONFIG_KEY', level: 'note', message, help: `did you mean \`${meant}\`?` }, [key]);
	}
	for (const [id, settings] of Object.entries(isObject(raw['rules']) ? raw['rules'] : {})) {
		for (const key of isObject(settings) && !Object.hasOwn(settings, 'level') ? Object.keys(settings) : []) {
			if (nearest(key, ['level']) === undefined) continue;
			const message = `\`data.config.rules["${id}"].${key}\` means nothing to sluice`;
			const help = 'did you mean `level`?';
			add({ code: 'LINT_CONFIG_KEY', level: 'note', message, help }, ['rules', id, key]);
		}
	}
	const levels = readLevels(raw, ruleIds, wrong);
	const exceptions = readExceptions(raw['exceptions'] ?? [], ruleIds, wrong);
	for (const { rule, until, untilNs, index } of exceptions) {
		if (nowNs === undefined || untilNs > nowNs) continue;
		const message = `the exception for \`${rule}\` expired at ${until}`;
		const help = 'remove it from `data.config.exceptions`, or give it a new `until`';
		add({ code: 'LINT_EXCEPTION_EXPIRED', level: 'warning', message, help }, ['exceptions', index, 'until']);
	}
	return {
		config: {
			levels,
			exceptions: exceptions.map(({ index: _, ...one }) => one),
			allow: readAllow(raw['allow'] ?? [], wrong),
		},
		diagnostics,
	};
}

/** `path`: below `data.config`. */
type Wrong = (path: DataPath, message: string, help?: string) => void;

function readLevels(config: DataObject, ruleIds: readonly string[], wrong: Wrong): Record<string, Level> {
	const standard = readLevel(config['level'] ?? 'enforce', 'data.config.level', ['level'], wrong);
	const levels = Object.fromEntries(ruleIds.map((id) => [id, standard]));
	const rules = config['rules'] ?? {};
	if (!isObject(rules)) {
		wrong(
			['rules'],
			'`data.config.rules` must be an object',
			'write rule ids as its members, as in `shell/closed: { level: shadow }`',
		);
		return levels;
	}
	for (const [id, settings] of Object.entries(rules)) {
		const at = `data.config.rules["${id}"]`;
		if (!ruleIds.includes(id)) {
			wrong(['rules', id], `\`${at}\`: there is no rule \`${id}\``, didYouMean(id, ruleIds));
		} else if (!isObject(settings)) {
			wrong(['rules', id], `\`${at}\` must be an object`, 'write it as `{ level: enforce }`');
		} else if (settings['level'] !== undefined) {
			levels[id] = readLevel(settings['level'], `${at}.level`, ['rules', id, 'level'], wrong);
		}
	}
	return levels;
}

function readLevel(value: unknown, at: string, path: DataPath, wrong: Wrong): Level {
	if (typeof value === 'string' && LEVELS.includes(value)) return value as Level;
	const meant = typeof value === 'string' ? nearest(value, LEVELS) : undefined;
	// YAML 1.1 reads a bare `off` as false; ours does not, but a file may have come through a tool that does.
	wrong(
		path,
		`\`${at}\` is \`${JSON.stringify(value)}\`, which is no level`,
		meant === undefined ? `one of ${LEVELS.join(', ')}, in quotes` : `did you mean \`${meant}\`?`,
	);
	return 'enforce';
}

type ReadException = ParsedException & { readonly index: number };

function readExceptions(list: unknown, ruleIds: readonly string[], wrong: Wrong): ReadException[] {
	if (!Array.isArray(list)) {
		wrong(['exceptions'], '`data.config.exceptions` must be a list', 'write each entry after `- `');
		return [];
	}
	return list.flatMap((entry: unknown, index) => {
		const at = `data.config.exceptions[${index}]`;
		if (!stringFields(entry, at, ['exceptions', index], EXCEPTION_FIELDS, wrong)) return [];
		const { rule, until, reason, by } = entry;
		for (const field of ['rule', 'until', 'reason']) {
			if (entry[field]) continue;
			const help = 'every exception needs `rule`, `until` and `reason`';
			wrong(['exceptions', index], `\`${at}\` has no \`${field}\``, help);
		}
		if (rule && !ruleIds.some((id) => typeMatches(rule, id))) {
			wrong(['exceptions', index, 'rule'], `\`${at}\`: there is no rule \`${rule}\``, didYouMean(rule, ruleIds));
		}
		const untilNs = until ? parseRfc3339(until) : undefined;
		if (until && untilNs === undefined) {
			const message = `\`${at}.until\` is \`${until}\`, which is no date with a time`;
			wrong(['exceptions', index, 'until'], message, 'write it as in 2026-12-31T00:00:00Z');
		}
		if (!rule || !until || !reason || untilNs === undefined) return [];
		const applies = (id: string, scope: ExceptionScope) =>
			scope.nowNs < untilNs && typeMatches(rule, id) && CONDITIONS.every((name) => holds(name, entry[name], scope));
		return [{ index, rule, until, untilNs, reason, applies, ...(by === undefined ? {} : { by }) }];
	});
}

function holds(condition: (typeof CONDITIONS)[number], wanted: string | undefined, scope: ExceptionScope): boolean {
	if (wanted === undefined) return true;
	switch (condition) {
		case 'principal':
			return scope.principal.id === wanted;
		case 'group':
			return scope.principal.groups.includes(wanted);
		case 'server':
			return scope.server.name === wanted;
		case 'server_label':
			return scope.server.labels.includes(wanted);
		case 'tool':
			return scope.tool === wanted;
	}
}

function readAllow(list: unknown, wrong: Wrong): AllowEntry[] {
	if (!Array.isArray(list)) {
		wrong(['allow'], '`data.config.allow` must be a list', 'write each entry after `- `');
		return [];
	}
	return list.filter((entry, index): entry is AllowEntry =>
		stringFields(entry, `data.config.allow[${index}]`, ['allow', index], ALLOW_FIELDS, wrong),
	);
}

/** An object whose members all have a known name and are strings. */
function stringFields(
	entry: unknown,
	at: string,
	path: DataPath,
	fields: readonly string[],
	wrong: Wrong,
): entry is Readonly<Record<string, string | undefined>> {
	if (!isObject(entry)) {
		wrong(path, `\`${at}\` must be an object`, `with ${fields.map((name) => `\`${name}\``).join(', ')}`);
		return false;
	}
	let clean = true;
	for (const [key, value] of Object.entries(entry)) {
		if (!fields.includes(key)) {
			wrong([...path, key], `\`${at}\` has an unknown field \`${key}\``, didYouMean(key, fields));
			clean = false;
		} else if (typeof value !== 'string') {
			wrong([...path, key], `\`${at}.${key}\` must be a string`, 'put it in quotes');
			clean = false;
		}
	}
	return clean;
}

function didYouMean(word: string, known: readonly string[]): string {
	const meant = nearest(word, known);
	return meant === undefined
		? `known are ${known.map((name) => `\`${name}\``).join(', ')}`
		: `did you mean \`${meant}\`?`;
}
