import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { parse } from 'yaml';
import { formats } from '../../cli/output/formats.ts';
import { runCheck } from '../../cli/runner/check.ts';
import { quietShell } from '../cli/shell.ts';

const page = readFileSync(new URL('../../docs/editor.md', import.meta.url), 'utf8');
const fileOf = (name: string) =>
	parse(page.match(new RegExp(`<!-- file: ${name} -->\n\`\`\`\\w*\n([\\s\\S]*?)\`\`\``))?.[1] ?? 'null');

test('the problem matcher of the page reads what check prints', async (t) => {
	const { regexp, ...groups } = fileOf('.vscode/tasks.json').tasks[0].problemMatcher.pattern;
	const cwd = t.testdir({ p: { 'a.rego': 'package rules.a.b\n\ndeny contains "x" if input.tool.nmae == "y"\n' } });
	const text = formats.github(await runCheck('p', false, quietShell(cwd)), { width: 80, color: false });
	const found = text.split('\n').flatMap((line) => line.match(new RegExp(regexp)) ?? []);
	const named = (name: string) => found[groups[name]];
	t.match(
		{ severity: named('severity'), file: named('file'), line: named('line'), message: named('message') },
		{ severity: /error|notice|warning/, file: 'p/a.rego', line: /^[13]$/, message: /.+/ },
	);
});

test('the files of the page name files that the commands of the page write', async (t) => {
	const written = [...page.matchAll(/> (\.opa\/\S+)/g)].map(([, file]) => file);
	const settings = fileOf('.vscode/settings.json');
	t.ok(written.includes(settings['opa.schema'].replace(/^\$\{workspaceFolder\}\//, '')));
	t.ok(written.includes(Object.keys(settings['yaml.schemas'])[0]!.replace('./', '')));
	t.ok(written.includes(fileOf('.regal/config.yaml').capabilities.from.file));
});

test('the files of the page are those that `sluice new policy` writes', async (t) => {
	for (const [name, template] of [
		['.vscode/settings.json', 'vscode-settings.json'],
		['.vscode/tasks.json', 'vscode-tasks.json'],
		['.regal/config.yaml', 'regal-config.yaml'],
	] as const) {
		const file = new URL(`../../cli/runner/scaffold/templates/policy/${template}`, import.meta.url);
		t.ok(
			page.includes(`<!-- file: ${name} -->\n\`\`\`${template.split('.').at(-1)}\n${readFileSync(file, 'utf8')}\`\`\``),
			name,
		);
	}
});
