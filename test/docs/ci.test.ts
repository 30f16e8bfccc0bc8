import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';

const page = readFileSync(new URL('../../docs/ci.md', import.meta.url), 'utf8');
const templates = new URL('../../cli/runner/scaffold/templates/policy/', import.meta.url);

t.test('the page shows the files that `sluice new policy` writes, as they are', async (t) => {
	const shown = [...page.matchAll(/<!-- template: (\S+) -->\n```\w+\n([\s\S]*?)```/g)];
	for (const [, name = '', text] of shown) t.equal(text, readFileSync(new URL(name, templates), 'utf8'), name);
	const recipes = readdirSync(templates).filter((name) => /\.sh$|^pre-commit|ci\.yml$|workflow/.test(name));
	t.strictSame(shown.map(([, name]) => name).sort(), recipes.sort(), 'all of them');
});
