import { SluiceError } from '../../engine/error.ts';
import {
	type AcceptedView,
	type ToolDefinitionView,
	type ToolView,
	viewDefinitions,
	viewTool,
} from '../../gateway/admin/tool-view.ts';
import { AuditTrail } from '../../gateway/audit-trail.ts';
import { osPrincipal } from '../../gateway/identity/principals.ts';
import { LmdbRecorder } from '../../gateway/record/lmdb/recorder.ts';
import { pinsIn } from '../../gateway/sessions/open-pins.ts';
import { PinDesk } from '../../gateway/sessions/pin-desk.ts';
import type { Shell } from '../shell.ts';
import { cover } from './cover.ts';
import { changesBetween, type DefinitionChange } from './definition-changes.ts';
import { askGateway, type GatewayPlace } from './gateway-api.ts';
import { type LocalStore, type StorePlace, withStore } from './local-store.ts';

/** Where the pins are: in a store, or behind the admin address of a running gateway. */
export interface ToolPlace extends StorePlace, GatewayPlace {}

/** One tool with how its definition has changed. */
export interface ShownTool extends ToolDefinitionView {
	/** Absent: a text is missing, so nobody can say. */
	readonly changes?: readonly DefinitionChange[];
}

/** By server and name. @throws SluiceError `ERR_TOOL_UNKNOWN`, and as `withStore` and `askGateway` */
export async function listTools(place: ToolPlace, server: string | undefined, shell: Shell): Promise<ToolView[]> {
	if (place.gateway !== undefined) {
		const query = server === undefined ? '' : `?server=${encodeURIComponent(server)}`;
		return (await askGateway(place, 'GET', `/tools${query}`, shell)).tools as ToolView[];
	}
	return atDesk(place, shell, true, async (desk) => desk.list(server).map(viewTool));
}

/** @throws SluiceError as `listTools` */
export async function showTool(place: ToolPlace, server: string, tool: string, shell: Shell): Promise<ShownTool> {
	const view =
		place.gateway === undefined
			? await atDesk(place, shell, true, async (desk) => viewDefinitions(desk.get(server, tool), cover))
			: ((await askGateway(place, 'GET', pathOf(server, tool), shell)) as unknown as ToolDefinitionView);
	const { pinned, seen } = view.definitions;
	if (view.status !== 'changed' || pinned?.text === undefined || seen?.text === undefined) return view;
	return { ...view, changes: changesBetween(pinned.text, seen.text) };
}

/**
 * Takes definitions as they are in `tools`, each bound to the hash that stands there. What was accepted already is not
 * among what is given back.
 * @throws SluiceError as `listTools`; `ERR_TOOL_CHANGED` when the server shows yet another one by now
 */
export async function acceptTools(place: ToolPlace, tools: readonly ToolView[], shell: Shell): Promise<AcceptedView[]> {
	const accepted: AcceptedView[] = [];
	const take = async (one: ToolView, accept: (hash: string) => Promise<AcceptedView | undefined>) => {
		const done = await accept(hashOf(one));
		if (done !== undefined) accepted.push(done);
	};
	if (place.gateway !== undefined) {
		for (const one of tools) {
			await take(one, async (hash) => {
				const path = `${pathOf(one.server, one.tool)}/accept`;
				const said = await askGateway(place, 'POST', path, shell, { hash });
				return (said.accepted ?? undefined) as AcceptedView | undefined;
			});
		}
		return accepted;
	}
	await atDesk(place, shell, false, async (desk) => {
		for (const one of tools) {
			await take(one, (hash) => desk.accept(one.server, one.tool, osPrincipal(shell.user), hash));
		}
	});
	return accepted;
}

/** The one tool that is meant, if `hash` (or the beginning of it) is what it shows now. @throws SluiceError `ERR_TOOL_CHANGED` */
export async function meantTool(
	place: ToolPlace,
	server: string,
	tool: string,
	hash: string | undefined,
	shell: Shell,
): Promise<ToolView> {
	const found = await showTool(place, server, tool, shell);
	if (hash === undefined || hashOf(found).startsWith(hash)) return found;
	throw new SluiceError(
		'ERR_TOOL_CHANGED',
		`tool \`${tool}\` of server \`${server}\` has another definition now: ${hashOf(found).slice(0, 12)}`,
		{ help: 'look at it again with `sluice tools show`, then accept that' },
	);
}

/** Of the definition that was seen last. */
export function hashOf({ seen, pinned }: ToolView): string {
	return seen?.hash ?? pinned!.hash;
}

function pathOf(server: string, tool: string): string {
	return `/tools/${encodeURIComponent(server)}/${encodeURIComponent(tool.toWellFormed())}`;
}

function atDesk<T>(
	place: StorePlace,
	shell: Shell,
	readOnly: boolean,
	work: (desk: PinDesk) => Promise<T>,
): Promise<T> {
	return withStore(place, shell, readOnly, async (local) => {
		const pins = pinsIn(local.store, local.master.textBox('definitions'), shell.clock);
		const trail = readOnly ? undefined : openTrail(local, shell);
		try {
			return await work(new PinDesk(pins, async (by, what) => trail?.trail.accepted(by, what)));
		} finally {
			await trail?.recorder.close();
		}
	});
}

function openTrail({ store, master }: LocalStore, shell: Shell): { trail: AuditTrail; recorder: LmdbRecorder } {
	const recorder = new LmdbRecorder(store, master);
	return { trail: new AuditTrail(recorder, shell.clock), recorder };
}
