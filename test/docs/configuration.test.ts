import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { NOT_YET } from '../../gateway/config/not-yet.ts';
import { configSchema } from '../../gateway/config/schema.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
const [works = '', later = ''] = page.split('## What does not work yet');

/** `listen`, `policy.path`, … as far as the schema has fixed names. */
function keys(schema: { readonly properties?: object }, prefix = ''): string[] {
	return Object.entries(schema.properties ?? {}).flatMap(
		([name, inner]: [string, { readonly properties?: object }]) => {
			const key = `${prefix}${name}`;
			return inner.properties === undefined ? [key] : keys(inner, `${key}.`);
		},
	);
}

/** Named in full, or as `.name` after a key of the same parent. */
function named(text: string, key: string): boolean {
	return text.includes(`\`${key}\``) || text.includes(`\`.${key.split('.').at(-1)}\``);
}

const notYet = NOT_YET.map(
	({ at, only }) => `${at.slice(1).replaceAll('/', '.')}${only === undefined ? '' : `: ${String(only)}`}`,
);

t.test('every key that works is on the page', async (t) => {
	const missing = keys(configSchema).filter((key) => key !== 'servers' && !notYet.includes(key) && !named(works, key));
	t.same(missing, []);
});

t.test('every key that does not work yet is named as such, and no other', async (t) => {
	const listed = [...later.matchAll(/`([^`\s]+(?:: [^`]+)?)`/g)].map(([, key]) => key);
	t.same(listed.sort(), [...notYet].sort());
});
