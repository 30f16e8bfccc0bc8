import type { Test } from 'tap';
import type { Place } from './place.ts';

/** Where something was recorded, and how to run commands there. */
export type Recorded = Pick<Place, 'folder'> & {
	sluice(
		args: readonly string[],
		options?: { cwd?: string },
	): Promise<{ code: number | null; stdout: string; stderr: string }>;
};

/** A line of an exported session, as much of it as tests look at. */
export interface Exported {
	readonly seq: number;
	readonly from?: string;
	readonly to?: string;
	readonly text?: string;
	readonly delivered?: { readonly text: string } | null;
	readonly verdict?: string;
	readonly outcome?: string;
	readonly event?: string;
	readonly of?: number;
	readonly rejudges?: number;
	readonly code?: string;
	readonly detail?: { readonly why?: string; readonly approval?: string };
}

/** Every recorded session of agents: id → its lines. Reads as a process of its own. */
export async function recorded(place: Recorded): Promise<Map<string, Exported[]>> {
	const ids = await sessionIds(place);
	const { stdout, stderr, code } = await place.sluice(['sessions', 'export', ...ids]);
	if (code !== 0) throw new Error(stderr);
	const sessions = new Map<string, Exported[]>();
	let lines: Exported[] = [];
	for (const text of stdout.trimEnd().split('\n')) {
		const line = JSON.parse(text);
		if (line.sluice === 'session') {
			lines = [];
			sessions.set(line.id, lines);
		} else lines.push(line);
	}
	return sessions;
}

/** Sessions with servers, oldest first; not the gateway's own trail of who read what. */
export async function sessionIds(place: Recorded, cwd = place.folder): Promise<string[]> {
	const { stdout, stderr } = await place.sluice(['sessions', 'list'], { cwd });
	if (stdout === '') throw new Error(stderr);
	const { sessions } = JSON.parse(stdout) as { sessions: { id: string; server: string }[] };
	return sessions.filter(({ server }) => server !== 'sluice').map(({ id }) => id);
}

/** What reached the other side of the gate, in order: as received, or changed. */
export function deliveredBytes(lines: readonly Exported[], from: 'client' | 'server'): string[] {
	return lines
		.filter((line) => line.from === from && (line.outcome === 'forwarded' || line.outcome === 'released'))
		.map((line) => (line.delivered === undefined ? line.text! : line.delivered!.text));
}

/** Judges everything that was recorded here again, each frame with the revision that judged it: nothing may change. */
export async function rejudge(t: Test, place: Recorded, cwd = place.folder): Promise<void> {
	const { code, stdout, stderr } = await place.sluice(
		['replay', ...(await sessionIds(place, cwd)), '--format', 'json'],
		{ cwd },
	);
	const report = code === 2 || stdout === '' ? undefined : JSON.parse(stdout);
	t.equal(code, 0, `judged again, nothing changed ${stderr}`, { found: changes(report) });
	t.ok((report?.judged ?? 0) > 0, 'something was judged again');
}

function changes(report: { sessions?: { frames: { changed: boolean }[] }[] } | undefined): unknown {
	return report?.sessions?.flatMap(({ frames }) => frames.filter(({ changed }) => changed));
}
