import { readFile } from 'node:fs/promises';

/** Documents that have a JSON Schema here, and what each is. `capabilities` is none: it is OPA's own format, for editors. */
export const DOCUMENTS = {
	config: '`sluice.yaml`',
	input: 'the policy input',
	session: 'a line of a session file',
	suite: '`suite.yaml`',
	changes: '`policy-changes.yaml`',
	check: 'the report of `check`',
	eval: 'what `eval` prints',
	test: 'the report of `test`',
	replay: 'the report of `replay`',
	diff: 'the report of `diff`',
	capabilities: 'what a rule may call, as OPA and Regal read it',
} as const;

export type DocumentName = keyof typeof DOCUMENTS;

const FILES: Readonly<Partial<Record<DocumentName, string>>> = {
	input: '../../engine/input/input.schema.json',
	session: '../../engine/recording/session.schema.json',
	capabilities: '../../engine/capabilities.json',
	changes: './accepted/policy-changes.schema.json',
	check: '../output/schemas/check.schema.json',
	eval: '../output/schemas/eval.schema.json',
	test: '../output/schemas/test.schema.json',
	replay: '../output/schemas/replay.schema.json',
	diff: '../output/schemas/diff.schema.json',
};

/** The schema of a document, as JSON text. */
export async function schemaOf(name: DocumentName): Promise<string> {
	const file = FILES[name];
	if (file !== undefined) return readFile(new URL(file, import.meta.url), 'utf8');
	return `${JSON.stringify(await built(name), null, 2)}\n`;
}

async function built(name: DocumentName): Promise<unknown> {
	if (name === 'suite') return (await import('./suite-file.ts')).suiteSchema;
	return (await import('../../gateway/config/schema.ts')).configSchema;
}
