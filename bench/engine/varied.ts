import { asked, callOf } from './frame.ts';

/** Where a number stands in an input, so that no two are alike. */
const MARK = '0000000000';

/** Policy inputs without end, none like another: what a cache keeps for each would show in memory. */
export interface VariedInputs {
	/** Kinds of input: sizes, tools, and what rules say of them. */
	readonly kinds: number;
	/** The `i`th; valid until the next of the same kind is asked for. */
	at(i: number): Buffer;
}

/** Calls of several tools and a request of another method, from 0.5 KB to 4 KB, of which some are denied, held, masked or labelled with values of their own. */
export function variedInputs(): VariedInputs {
	const calls: readonly (readonly [tool: string, size: number, more: object])[] = [
		['search_documents', 512, { query: `report ${MARK}` }],
		['search_documents', 1024, { query: `report ${MARK}`, page: MARK }],
		['search_documents', 2048, { query: `report ${MARK}`, tags: [MARK, `a ${MARK}`, { deep: MARK }] }],
		['search_documents', 4096, { [`field ${MARK}`]: MARK }],
		['search_documents', 512, { path: `../${MARK}` }],
		['search_documents', 512, { query: `drop table t${MARK}` }],
		['search_documents', 512, { text: `${MARK}@example.com` }],
		['search_everything', 512, { query: MARK }],
		[`tool_${MARK}`, 1024, { query: MARK }],
		['bash', 512, { script: `echo ${MARK}; rm x` }],
	];
	const inputs = calls.map(([tool, size, more]) => {
		const { input } = asked('tools/call', (text) => callOf(tool, `${MARK} ${text}`, more), { size });
		return input;
	});
	const { input: resource } = asked('resources/read', (text) => ({ uri: `file:///srv/${MARK}`, text }), { size: 512 });
	const templates = [...inputs, resource].map((input) => ({ input, places: placesOf(input) }));
	return {
		kinds: templates.length,
		at(i) {
			const { input, places } = templates[i % templates.length]!;
			const digits = String(i).padStart(MARK.length, '0');
			for (const place of places) input.write(digits, place, 'latin1');
			return input;
		},
	};
}

function placesOf(input: Buffer): number[] {
	const places: number[] = [];
	for (let at = input.indexOf(MARK); at >= 0; at = input.indexOf(MARK, at + MARK.length)) {
		// the clock of the session ends in zeros too
		if (!/\d/.test(String.fromCharCode(input[at - 1]!))) places.push(at);
	}
	return places;
}
