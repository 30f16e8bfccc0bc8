import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { COLD } from '../engine/policy/compiler-for-tests.ts';
import { sluice } from './spawn.ts';

t.setTimeout(COLD);

const HEAD = (name: string) => `# METADATA\n# title: ${name}\npackage rules.doors.${name}\n\n`;
const CLOSED = `${HEAD('closed')}deny contains "closed" if input.tool.name in data.closed\n`;
const ASKED = `${HEAD('asked')}hold contains {"message": "ask", "quorum": data.quorum} if input.tool.name == "send"\n`;

interface Rules {
	readonly closed?: readonly string[];
	readonly quorum?: number;
	/** Further files. */
	readonly more?: Readonly<Record<string, string>>;
}

function call(seq: number, name: string): string {
	const text = JSON.stringify({ jsonrpc: '2.0', id: seq, method: 'tools/call', params: { name, arguments: {} } });
	return `${JSON.stringify({ seq, from: 'client', text })}\n`;
}
const RECORDED = `{"sluice":"session","version":1,"id":"day"}\n${['exec', 'send', 'drop', 'read'].map((n, i) => call(i + 1, n)).join('')}`;

/** A repository with `main` and a branch of it, and a day of recorded traffic. */
class Repository {
	readonly cwd: string;
	readonly file: string;

	constructor(t: Test) {
		this.cwd = t.testdir({ 'day.session.jsonl': RECORDED, main: policy({}), branch: policy({}) });
		this.file = join(this.cwd, 'policy-changes.yaml');
	}

	/** What the branch is to be. */
	write(side: 'main' | 'branch', rules: Rules): void {
		for (const [path, text] of flat(policy(rules))) writeFileSync(join(this.cwd, side, path), text);
	}

	diff(...more: string[]) {
		return sluice(['diff', '--from', 'main', '--to', 'branch', 'day.session.jsonl', ...more], { cwd: this.cwd });
	}

	async json(...more: string[]) {
		const ended = await this.diff(...more, '--format', 'json');
		return { code: ended.code, ...JSON.parse(ended.stdout) };
	}

	get lines(): string {
		return readFileSync(this.file, 'utf8');
	}

	accept(pasted: string): void {
		const filled = pasted
			.replaceAll('<why this is right>', 'the team asked for it')
			.replaceAll('<who answers for it>', 'kim')
			.replaceAll('<date, as in 2027-01-31>', '2999-12-31');
		let before = '';
		try {
			before = this.lines;
		} catch {}
		writeFileSync(this.file, before + filled);
	}
}

function policy({ closed = ['exec', 'drop'], quorum = 2, more = {} }: Rules): Record<string, string> {
	return { 'data.json': JSON.stringify({ closed, quorum }), 'closed.rego': CLOSED, 'asked.rego': ASKED, ...more };
}

function flat(files: Record<string, string>): [string, string][] {
	return Object.entries(files);
}

/** The lines that text prints to be pasted: from the first to the blank line. */
function pasted(stdout: string): string {
	return /\n\n(- rule: [\s\S]*?\n)\n/.exec(stdout)?.[1] ?? '';
}

t.test('the life of an accepted difference', async (t) => {
	const repository = new Repository(t);
	t.match(await repository.diff(), { code: 0 }, 'nothing has changed');

	repository.write('branch', { closed: ['drop'] });
	const refused = await repository.diff();
	t.equal(refused.code, 1);
	t.match(pasted(refused.stdout), /^- rule: doors\/closed\n {2}class: loosened\n {2}from: [0-9a-f]{64}\n/);
	t.notMatch(pasted(refused.stdout), /doors\/asked/);

	writeFileSync(repository.file, pasted(refused.stdout));
	t.match(await repository.diff(), { code: 2, stderr: /policy-changes\.yaml:5:11: `reason` is still the placeholder/ });
	writeFileSync(repository.file, '# Accepted differences.\n\n');
	repository.accept(pasted(refused.stdout));
	const accepted = await repository.json();
	t.match(accepted, {
		code: 0,
		differences: [
			{ rule: 'doors/closed', class: 'loosened', accepted: true, by: 'kim', reason: 'the team asked for it' },
		],
		toAccept: [],
	});
	t.match(await repository.diff(), { code: 0, stdout: /accepted by kim until 2999-12-31: the team asked for it/ });
	t.match(await repository.json('--no-changes'), { code: 1, differences: [{ accepted: undefined }] });

	repository.write('branch', { closed: [] });
	const further = await repository.json();
	t.match(further, { code: 1, lines: [{ state: 'waits' }] }, 'a line never blesses more than it was given for');
	t.equal(further.differences.filter((d: { accepted?: true }) => d.accepted).length, 0);

	repository.write('branch', { closed: ['drop'] });
	repository.write('main', { closed: ['drop'] });
	const merged = await repository.diff();
	t.match(merged, { code: 0, stdout: /spent: `--from` has\s+this\s+change already/ }, 'merged');

	repository.write('branch', { closed: ['drop'], quorum: 1 });
	const next = await repository.diff('--prune');
	t.equal(next.code, 1, 'the next pull request stands on its own');
	t.match(pasted(next.stdout), /^- rule: doors\/asked\n {2}class: loosened\n/);
	t.equal(repository.lines, '# Accepted differences.\n\n', 'and the spent line is gone');
	repository.accept(pasted(next.stdout));
	t.match(await repository.diff(), { code: 0 });

	repository.write('main', { closed: ['drop'], quorum: 1 });
	repository.write('branch', { closed: [], quorum: 1 });
	t.match(await repository.diff(), { code: 1 }, 'a later loosening');
});

t.test('one accepted rule does not hide another', async (t) => {
	const repository = new Repository(t);
	const both = { more: { 'also.rego': `${HEAD('also')}deny contains "also" if input.tool.name == "exec"\n` } };
	repository.write('main', both);
	repository.write('branch', {
		closed: ['drop'],
		more: { 'also.rego': `${HEAD('also')}deny contains "also" if input.tool.name == "xx"\n` },
	});
	const refused = await repository.diff();
	const lines = pasted(refused.stdout).split(/(?=^- )/m);
	t.match(lines, [/doors\/also/, /doors\/closed/]);
	repository.accept(lines[1]!);
	const half = await repository.json();
	t.match(half, { code: 1, toAccept: [{ rule: 'doors/also', class: 'loosened' }] });
	t.notMatch(half.differences, [{ accepted: true }]);
	repository.accept(lines[0]!);
	t.match(await repository.json(), { code: 0, differences: [{ accepted: true }] });
});

t.test('a line that nobody can place any more, or that is over, fails', async (t) => {
	const repository = new Repository(t);
	const [a, b] = ['a'.repeat(64), 'b'.repeat(64)] as const;
	const line = (from: string, to: string, until: string) =>
		`- {rule: doors/closed, class: loosened, from: ${from}, to: ${to}, reason: why, by: kim, until: ${until}}\n`;
	writeFileSync(repository.file, line(a, b, '2999-01-01'));
	t.match(await repository.diff(), { code: 1, stdout: /policy-changes\.yaml:1:3: loosened doors\/closed\s+stale/ });

	repository.write('branch', { closed: ['drop'] });
	const { toAccept } = await repository.json('--no-changes');
	writeFileSync(repository.file, line(toAccept[0].from, toAccept[0].to, '2020-01-01'));
	t.match(await repository.json(), { code: 1, lines: [{ state: 'void' }], toAccept: [{ rule: 'doors/closed' }] });
	writeFileSync(repository.file, line(toAccept[0].from, toAccept[0].to, '2999-01-01'));
	t.match(await repository.json(), { code: 0, lines: [{ state: 'holds' }] });
});

t.test('a rule that no frame reaches is accepted as such', async (t) => {
	const repository = new Repository(t);
	repository.write('branch', {
		more: { 'never.rego': `${HEAD('never')}deny contains "x" if input.tool.name == "never"\n` },
	});
	const refused = await repository.diff();
	t.match(
		pasted(refused.stdout),
		/^- rule: doors\/never\n {2}class: unexercised\n {2}from: absent\n {2}to: [0-9a-f]{64}\n/,
	);
	t.match(await repository.diff('--fail-on', 'loosened'), { code: 0 });
	repository.accept(pasted(refused.stdout));
	t.match(await repository.json(), { code: 0, unexercised: ['doors/never'] });
});

t.test('which file, and pruning by itself', async (t) => {
	const repository = new Repository(t);
	t.match(await repository.diff('--changes', 'other.yaml'), { code: 2, stderr: /other\.yaml[\s\S]*ERR_CHANGES_FILE/ });
	const prune = (...more: string[]) =>
		sluice(['diff', '--from', 'main', '--to', 'branch', '--prune', ...more], { cwd: repository.cwd });
	t.match(await prune('--no-changes'), { code: 2, stderr: /do not go together/ });
	t.match(await prune(), { code: 0, stdout: /there is no policy-changes\.yaml here/ });
	repository.write('branch', { closed: ['drop'] });
	repository.accept(pasted((await repository.diff()).stdout));
	const before = repository.lines;
	t.match(await prune(), { code: 0, stdout: /no line is spent; nothing was judged/ });
	t.equal(repository.lines, before);
	repository.write('main', { closed: ['drop'] });
	t.match(await prune(), { code: 0, stdout: /1 spent line removed/ });
	t.equal(repository.lines, '');
	t.match(await sluice(['diff', '--from', 'main', '--to', 'branch'], { cwd: repository.cwd }), { code: 2 });
});
