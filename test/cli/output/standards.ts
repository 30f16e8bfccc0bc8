import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { Parser } from 'tap-parser';
import { Anchors } from '../../../cli/output/anchor.ts';
import type { Format } from '../../../cli/output/formats.ts';

const file = (name: string): string =>
	readFileSync(new URL(`../../fixtures/standards/${name}`, import.meta.url), 'utf8');

const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const sarifSchema = ajv.compile(JSON.parse(file('sarif-schema-2.1.0.json')));

/** https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const gitlabSchema = ajv.compile({
	type: 'array',
	items: {
		type: 'object',
		required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
		properties: {
			description: { type: 'string', minLength: 1 },
			check_name: { type: 'string', minLength: 1 },
			fingerprint: { type: 'string', minLength: 1 },
			severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
			location: {
				type: 'object',
				required: ['path', 'lines'],
				properties: {
					path: { type: 'string', pattern: '^[^/]' },
					lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
				},
			},
		},
	},
});

/** What a page shows for Markdown without markup. */
function shownAs(text: string): string {
	const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', '#36': '$' };
	return text.replace(/\\(.)|&([^;]+);/g, (_, char, name) => char ?? entities[name]);
}

const COMMAND =
	/^::(?:error|warning|notice) ((?:file|line|endLine|col|endColumn|title)=[^,:\r\n]*(?:,|(?=::)))+::[^\r\n]*$/;

/** What is wrong with a report of that format by the standard it claims to keep; undefined: nothing. */
export const standards: Readonly<
	Partial<Record<Format, (text: string) => Promise<string | undefined> | string | undefined>>
> = {
	junit: (text) => {
		using schema = XmlDocument.fromString(file('junit-10.xsd'));
		using validator = XsdValidator.fromDoc(schema);
		try {
			using document = XmlDocument.fromString(text);
			validator.validate(document);
			return undefined;
		} catch (error) {
			return (error as Error).message;
		}
	},
	sarif: (text) => (sarifSchema(JSON.parse(text)) ? undefined : JSON.stringify(sarifSchema.errors)),
	gitlab: (text) => {
		const entries = JSON.parse(text) as { fingerprint: string }[];
		if (!gitlabSchema(entries)) return JSON.stringify(gitlabSchema.errors);
		const prints = new Set(entries.map(({ fingerprint }) => fingerprint));
		return prints.size === entries.length ? undefined : 'a fingerprint comes twice';
	},
	tap: (text) =>
		new Promise((resolve) => {
			// strict: what is no TAP is a failure
			const failures: string[] = [];
			const parser = new Parser({ strict: true }, (result) => {
				const broken = result.failures.filter((failure) => 'tapError' in failure && failure.tapError);
				failures.push(...broken.map((failure) => JSON.stringify(failure)));
				if (!text.startsWith('TAP version 14\n')) failures.push('no version');
				if (result.plan.end !== result.count) failures.push(`${result.count} of ${result.plan.end}`);
				resolve(failures.length === 0 ? undefined : failures.join('; '));
			});
			parser.end(text);
		}),
	github: (text) => {
		const lines = text.replace(/\n$/, '').split('\n');
		return (
			lines.slice(0, -1).find((line) => !COMMAND.test(line)) ??
			(/^\s*::/.test(lines.at(-1)!) ? lines.at(-1) : undefined)
		);
	},
	// GitHub: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
	markdown: (text) => {
		if (Buffer.byteLength(text) >= 1024 * 1024) return 'too large for a job summary';
		const tag = text
			.replace(/^```[\s\S]*?^```$/gm, '')
			.replace(/<(?:br|details|summary|\/summary|\/details)>/g, '')
			.match(/<.*/);
		if (tag !== null) return `a tag of somebody else: ${tag[0]}`;
		if (!/^## .+\n\n[✅❌] \*\*/.test(text)) return 'the verdict does not come first';
		const anchors = new Anchors();
		const there = [...text.matchAll(/^##+ (.*)$/gm)].map(([, words]) => anchors.next(shownAs(words!)));
		const dead = [...text.matchAll(/\]\(#([^)]+)\)/g)].find(([, link]) => !there.includes(link!));
		return dead && `a link that leads nowhere: ${dead[0]}`;
	},
	json: (text) => {
		const { version, command, summary } = JSON.parse(text) as Record<string, unknown>;
		return version === 1 && typeof command === 'string' && typeof summary === 'string' ? undefined : 'no report';
	},
	text: (text) => text.split('\n').find((line) => [...line].length > 80),
};
