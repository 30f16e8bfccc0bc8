import type { RuleInfo, Slot } from '../../engine/policy/types.ts';
import type { Group, Item } from '../output/report.ts';
import { clip } from '../output/wrap.ts';

/** Names of one fact that are written out; the rest is counted. */
const SHOWN = 4;

/** One line a rule: the frames that it can say anything of. `width` is that of the terminal. */
export function slotGroup(rules: readonly RuleInfo[], width: number): Group {
	const longest = Math.max(0, ...rules.map(({ id }) => id.length));
	const items = rules.map(({ id, touches }): Item => {
		const name = `${id.padEnd(longest)}   ${spellSlots(touches)}`;
		return { name: clip(name, Math.max(width - 4, longest + 20)), status: 'ok', rule: id };
	});
	return { title: 'what each rule looks at', items };
}

/** `client · tools/call · tool exec, bash`; `any frame`. */
export function spellSlots(touches: readonly Slot[] | undefined): string {
	if (touches === undefined) return 'any frame';
	if (touches.length === 0) return 'no frame';
	return touches.map(spellSlot).join(' or ');
}

function spellSlot({ from, kind, method, tool }: Slot): string {
	const parts = [from, kind, method].flatMap((list) => (list === undefined ? [] : [spellList(list, '|')]));
	if (tool !== undefined) parts.push(`tool ${spellList(tool, ', ')}`);
	return parts.length === 0 ? 'any frame' : parts.join(' · ');
}

function spellList(list: readonly string[], separator: string): string {
	const more = list.length - SHOWN;
	return list.slice(0, SHOWN).join(separator) + (more > 0 ? ` +${more}` : '');
}
