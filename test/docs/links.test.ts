import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '../..');

function pages(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) return pages(path);
		return entry.name.endsWith('.md') ? [path] : [];
	});
}

const all = [
	...readdirSync(root)
		.filter((name) => name.endsWith('.md'))
		.map((name) => join(root, name)),
	...pages(join(root, 'docs')),
];

/** As web pages make them of headings. */
function anchorsOf(page: string): string[] {
	const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm);
	return [...headings].map(([, text = '']) =>
		text
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

t.test('relative links of the docs lead somewhere', async (t) => {
	const broken: string[] = [];
	for (const page of all) {
		const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');
		for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
			if (/^[a-z]+:/.test(target)) continue;
			const [path = '', anchor] = target.split('#');
			const file = path === '' ? page : join(dirname(page), path);
			const there = existsSync(file) && (anchor === undefined || anchorsOf(file).includes(anchor));
			if (!there) broken.push(`${relative(root, page)}: ${target}`);
		}
	}
	t.same(broken, []);
});

t.test('files that the docs name are there', async (t) => {
	const missing: string[] = [];
	for (const page of all) {
		const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');
		for (const [, path = ''] of text.matchAll(/`((?:engine|gateway|cli|policies|scripts|bench|test)\/[\w./-]*)`/g)) {
			if (!existsSync(join(root, path.replace(/…$/, '')))) missing.push(`${relative(root, page)}: ${path}`);
		}
	}
	t.same(missing, []);
});
