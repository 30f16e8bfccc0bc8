import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Case, parseSuite } from '../../../cli/runner/suite-file.ts';
import { mergeData } from '../../../engine/policy/data-file.ts';
import type { Judgement, Label, Reason } from '../../../engine/policy/judgement.ts';
import { loadPolicy } from '../../../engine/policy/load.ts';
import type { CompiledPolicy } from '../../../engine/policy/types.ts';
import type { FrameLine, RecordingHeader } from '../../../engine/recording/lines.ts';
import { parseSession } from '../../../engine/recording/session-file.ts';
import { replay } from '../../../engine/replay.ts';

/** A frame of a fixture of which its rule says something. */
export interface Shown {
	readonly line: FrameLine;
	readonly judgement: Judgement;
	readonly delivered: Buffer | null;
	/** Of this rule alone. */
	readonly reasons: readonly Reason[];
	readonly labels: readonly Label[];
}

/** What a case of a rule's suite comes out as. */
export interface CaseRun {
	/** `bad` cases make the rule fire, `good` ones must not: the first word of the session's name. */
	readonly kind: 'bad' | 'good' | 'other';
	readonly one: Case;
	readonly header: RecordingHeader;
	readonly shown: readonly Shown[];
	/** Frames with another verdict than allow, whichever rule gave it. */
	readonly stopped: readonly Judgement[];
}

/** Where the suite of a rule lies. */
export function suiteOf(root: string, id: string): string {
	return join(root, 'policy-test-fixtures/rules', id, 'suite.yaml');
}

/** Runs the cases of the suite of rule `id` that are wanted through the engine. @throws Error when it cannot be read */
export async function runFixture(
	root: string,
	id: string,
	compiled: CompiledPolicy,
	wanted: (run: Pick<CaseRun, 'kind' | 'one'>) => boolean = () => true,
): Promise<readonly CaseRun[]> {
	const file = suiteOf(root, id);
	const { cases } = parseSuite(readFileSync(file, 'utf8'), relative(root, file));
	const runs: CaseRun[] = [];
	for (const one of cases) {
		if (wanted({ kind: kindOf(one.session), one })) runs.push(await runCase(join(file, '..'), id, one, compiled));
	}
	return runs;
}

async function runCase(folder: string, id: string, one: Case, compiled: CompiledPolicy): Promise<CaseRun> {
	if (one.with?.principal !== undefined || one.with?.time !== undefined) {
		throw new Error(`${id}: put principal and time into the session file: pages show them from there`);
	}
	const data = one.with?.data === undefined ? compiled.data : mergeData(compiled.data, one.with.data);
	const policy = loadPolicy({ ...compiled, data: data as CompiledPolicy['data'] });
	const { header, lines } = parseSession(readFileSync(join(folder, one.session), 'utf8'), one.session);
	const shown: Shown[] = [];
	const stopped: Judgement[] = [];
	for await (const { line, judgement, delivered = null } of replay(header, lines, policy)) {
		if (judgement === undefined) continue;
		if (judgement.verdict !== 'allow') stopped.push(judgement);
		const reasons = judgement.reasons.filter(({ rule }) => rule === id);
		const labels = judgement.labels.filter(({ rule }) => rule === id);
		if (reasons.length + labels.length > 0) shown.push({ line, judgement, delivered, reasons, labels });
	}
	return { kind: kindOf(one.session), one, header, shown, stopped };
}

function kindOf(session: string): CaseRun['kind'] {
	return session.startsWith('bad') ? 'bad' : session.startsWith('good') ? 'good' : 'other';
}
