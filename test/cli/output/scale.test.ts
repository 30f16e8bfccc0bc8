import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { test } from 'tap';
import { Anchors } from '../../../cli/output/anchor.ts';
import { formats, piecesOf } from '../../../cli/output/formats.ts';
import { listed } from '../../../cli/output/listed.ts';
import type { Report } from '../../../cli/output/report.ts';
import { parseChanges } from '../../../cli/runner/accepted/changes-file.ts';
import { Weighing } from '../../../cli/runner/accepted/weigh.ts';
import { diffReport } from '../../../cli/runner/diff-report.ts';
import { replayReport } from '../../../cli/runner/replay-report.ts';
import { type DiffTally, EMPTY_DIFF } from '../../../engine/diff/tally.ts';
import type { ReplayTally } from '../../../engine/tally/replay-tally.ts';

const LOOK = { width: 80, color: false };

function validatorOf(name: string) {
	const path = join(import.meta.dirname, `../../../cli/output/schemas/${name}.schema.json`);
	return new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(path, 'utf8')));
}

const shape = {
	...({
		rule: 'shell/closed',
		rules: ['shell/closed'],
		causes: ['shell/closed'],
		class: 'loosened',
		kind: 'deny → allow',
	} as const),
	...({ from: 'deny', to: 'allow', what: ['verdict'], loosens: true, tightens: false } as const),
};
const other = {
	...shape,
	rule: 'a/b',
	class: 'tightened',
	kind: 'allow → deny',
	loosens: false,
	tightens: true,
} as const;
const tally: DiffTally = {
	...EMPTY_DIFF,
	...{ sessions: 2, frames: 9, judged: 8 },
	named: [
		{ id: 's', name: 'x.jsonl' },
		{ id: 't', name: 'y.jsonl' },
	],
	shapes: [shape, other],
	differences: [0, 3, 0, 1, 4, 1, 1, 5, 0],
	unreached: [0, 4],
	diverged: [0, 3],
	exercised: ['shell/closed'],
	groups: [other, shape].map(({ rule, class: name, kind, loosens, tightens }) => ({
		...{ rule, class: name, kind, loosens, tightens, frames: 1, sessions: 1 },
		...{ principals: ['["sluice","ada"]'], tools: ['exec'] },
		examples: [
			{ session: 0, seq: 3, frame: 'tools/call exec', from: 'deny', to: 'allow', detail: ['from: no'], shown: '{}' },
		],
	})),
};
const H = (letter: string) => letter.repeat(64);
const changes = {
	changed: ['never/seen', 'shell/closed'].map((rule) => ({ rule, from: H('a'), to: H('b') })),
	from: () => H('a'),
	to: () => H('b'),
	accountable: ({ causes }: { readonly causes: readonly string[] }) => causes,
};
const diffed = { from: 'f', to: 't', changes, tally };

test('diff: JSON is what its schema says, complete, in the order of the sessions', async (t) => {
	const validate = validatorOf('diff');
	const written = JSON.parse(formats.json(diffReport(diffed, 'any'), LOOK));
	t.ok(validate(written), JSON.stringify(validate.errors));
	t.match(written, {
		differences: [
			{ session: 's', seq: 3, class: 'loosened', source: 'x.jsonl' },
			{ session: 't', seq: 4, class: 'tightened' },
			{ session: 't', seq: 5, class: 'loosened' },
		],
		unreached: [{ session: 's', seq: 4 }],
		diverged: [{ session: 's', seq: 3 }],
		unexercised: ['never/seen'],
		groups: [{ class: 'loosened', principals: 1 }, { class: 'tightened' }],
	});
	t.match(written, { changed: [{}, {}], toAccept: [{ rule: 'never/seen', class: 'unexercised' }, {}, {}] });
	const line = `- {rule: shell/closed, class: loosened, from: ${H('a')}, to: ${H('b')}, reason: r, by: k, until: 2027-01-01}`;
	const weighing = new Weighing(parseChanges(line, 'f'), changes, 0n);
	const accepted = diffReport(diffed, 'any', { weighing, pruned: false, file: 'f' });
	const said = JSON.parse(formats.json(accepted, LOOK));
	t.ok(validate(said), JSON.stringify(validate.errors));
	t.match(said, { differences: [{ accepted: true, reason: 'r', by: 'k' }, {}, {}], lines: [{ state: 'holds' }] });
	t.match(formats.text(accepted, LOOK), /accepted by k until 2027-01-01: r/);
	t.match(formats.markdown(diffReport(diffed, 'any'), LOOK), /```yaml\n- rule: never\/seen\n/);
	t.notOk(
		validate({ ...written, differences: [{ ...written.differences[0], class: 'better' }] }),
		'the schema can refuse',
	);
	t.equal(diffReport(diffed, 'loosened').exit, 1);
	t.equal(diffReport({ ...diffed, tally: { ...tally, shapes: [other], differences: [0, 3, 0] } }, 'loosened').exit, 0);
	t.equal(
		diffReport({ ...diffed, tally: { ...EMPTY_DIFF, exercised: ['never/seen', 'shell/closed'] } }, 'any').exit,
		0,
	);
	t.equal(diffReport({ ...diffed, tally: EMPTY_DIFF }, 'any').exit, 1, 'nobody knows what the change does');
});

test('diff: something to decide on at 80 columns', async (t) => {
	const text = formats.text(diffReport(diffed, 'any'), LOOK);
	t.ok(
		text.split('\n').every((line) => [...line].length <= 80),
		text,
	);
	t.match(text, /^3 of 9 frames in 2 sessions differ: 2 loosened, 1 tightened; 1 changed rule/);
	t.match(text, /^what +frames +sessions +principals +tools +rule$/m);
	t.match(text, /^deny → allow +1 +1 +1 +1 +shell\/closed$/m);
	t.match(text, /x\.jsonl seq 3 {2}tools\/call exec: deny → allow/);
});

test('diff: Markdown links from the figures to the headings below', async (t) => {
	const page = formats.markdown(diffReport(diffed, 'any'), LOOK);
	const anchors = new Anchors();
	const there = [...page.matchAll(/^##+ (.*)$/gm)].map(([, heading]) => anchors.next(heading!));
	const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link!);
	t.equal(links.length, 2);
	t.strictSame(
		links.filter((link) => !there.includes(link)),
		[],
		`${links} of ${there}`,
	);
	t.match(page, '| --- | ---: | ---: | ---: | ---: | --- |');
	t.strictSame(
		['A b', 'a b', 'x/y: → z'].map((h) => new Anchors().next(h)),
		['a-b', 'a-b', 'xy--z'],
	);
	t.strictSame(
		['same', 'same'].map((h) => anchors.next(h)),
		['same', 'same-1'],
	);
});

test('replay: JSON is what its schema says', async (t) => {
	const replayed: ReplayTally = {
		...{ frames: 2, judged: 1, changed: 1 },
		shapes: [
			{
				from: 'client',
				status: 'judged',
				verdict: 'deny',
				rules: ['a/b'],
				masked: [],
				revision: 'r',
				recorded: 'allow',
				changed: true,
			},
			{ from: 'server', status: 'unreached', recorded: null, changed: false },
		],
		sessions: [{ id: 's', name: 'x', server: 'db', frames: [1, 0, 0, 5, 2, 1], items: [] }],
	};
	const validate = validatorOf('replay');
	const report = replayReport(replayed);
	const written = JSON.parse(formats.json(report, LOOK));
	t.ok(validate(written), JSON.stringify(validate.errors));
	t.match(written.sessions[0].frames, [
		{ seq: 1, verdict: 'deny' },
		{ seq: 5, rejudges: 2, status: 'unreached' },
	]);
	t.match(formats.text(report, LOOK), '2 not listed');
});

test('JSON in pieces is JSON, byte for byte, and no list is ever a text as a whole', async (t) => {
	const data = {
		a: [1, { b: 'x\ny' }],
		empty: listed(0, () => 0),
		nothing: [],
		list: listed(20_000, (i) => ({ i, deep: [{ i }] })),
	};
	const report: Report = { command: 'diff', exit: 0, groups: [], summary: 's "q"', data };
	const plain = { version: 1, command: 'diff', summary: 's "q"', ...data, empty: [], list: [...data.list] };
	const pieces = [...piecesOf(report, 'json', LOOK)];
	t.equal(pieces.join(''), `${JSON.stringify(plain, null, 2)}\n`);
	t.ok(pieces.length > 10 && Math.max(...pieces.map(({ length }) => length)) < 70_000);
});
