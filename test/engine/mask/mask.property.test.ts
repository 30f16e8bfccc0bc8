import { deepStrictEqual, ok } from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import type { Finding } from '../../../engine/detect/finding.ts';
import type { JsonNode } from '../../../engine/frame/json.ts';
import type { MaskRequest } from '../../../engine/mask/mask.ts';
import type { MaskPath } from '../../../engine/mask/paths.ts';
import type { MaskOp } from '../../../engine/policy/judgement.ts';
import { jsonText } from '../frame/json-text.ts';
import { apply, frameOf, resultFrame } from './message.ts';

interface Place {
	readonly pointer: string;
	readonly node: JsonNode;
	readonly key?: string;
}

function escaped(step: string | number): string {
	return `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Every node of a frame's result, itself first. */
function places(node: JsonNode, pointer: string, key?: string): readonly Place[] {
	const here: Place = { pointer, node, ...(key !== undefined && { key }) };
	if (node.type === 'array') return [here, ...node.items.flatMap((item, i) => places(item, pointer + escaped(i)))];
	if (node.type !== 'object') return [here];
	return [here, ...node.members.flatMap((m) => places(m.value, pointer + escaped(m.key), m.key))];
}

/** A path that selects the given pointers, so that these tests are about masks alone. */
function pathTo(pointers: readonly string[]): MaskPath {
	const unescaped = (step: string) => step.replaceAll('~1', '/').replaceAll('~0', '~');
	return { text: '$.result', locate: () => pointers.map((pointer) => pointer.split('/').slice(1).map(unescaped)) };
}

const op = fc.constantFrom<MaskOp>('redact', 'partial', 'hash', 'replace', 'remove');
const numbers = fc.array(fc.nat(), { minLength: 1, maxLength: 12 });

/** A finding somewhere in `place`, in its key or its string; undefined if there is no text. */
function findingIn(place: Place, [a = 0, b = 0]: readonly number[], inKey: boolean): Finding | undefined {
	const text = inKey ? place.key : place.node.type === 'string' ? place.node.value : undefined;
	const length = text === undefined ? 0 : [...text].length;
	if (length === 0) return undefined;
	const start = a % length;
	const end = start + 1 + (b % (length - start));
	return { type: 'secret/test', pointer: place.pointer, start, end, ...(inKey && { key: true as const }) };
}

function check(text: string, { splices }: ReturnType<typeof apply>): void {
	frameOf(text);
	splices.forEach((splice, i) => {
		ok(splice.start <= splice.end);
		ok(i === 0 || (splices[i - 1]?.end ?? 0) <= splice.start, 'splices overlap');
	});
}

t.test('parts of strings: what is outside stays, what is inside goes', async () => {
	fc.assert(
		fc.property(jsonText, numbers, (json, seeds) => {
			const frame = resultFrame(json);
			const all = places(frame.result as JsonNode, '/result').filter(({ node }) => node.type === 'string');
			if (all.length === 0) return;
			const findings = seeds.flatMap((seed, i) => {
				const place = all[seed % all.length] as Place;
				return findingIn(place, [seeds[i + 1] ?? 3, seeds[i + 2] ?? 1], false) ?? [];
			});
			const masked = apply(frame, [{ finding: 'secret/*', op: 'replace', with: '\u{1f512}' }], findings);
			check(masked.text, masked);
			const model = (value: unknown, pointer: string): unknown => {
				if (Array.isArray(value)) return value.map((item, i) => model(item, pointer + escaped(i)));
				if (typeof value === 'object' && value !== null) {
					return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, model(v, pointer + escaped(k))]));
				}
				if (typeof value !== 'string') return value;
				const covered = findings.filter((finding) => finding.pointer === pointer);
				const starts = (i: number) =>
					covered.some((f) => f.start === i) && !covered.some((f) => f.start < i && i < f.end);
				return [...value]
					.map((point, i) => (covered.some((f) => f.start <= i && i < f.end) ? (starts(i) ? '\u{1f512}' : '') : point))
					.join('');
			};
			deepStrictEqual((JSON.parse(masked.text) as { result: unknown }).result, model(JSON.parse(json), '/result'));
		}),
		{ numRuns: 500 },
	);
});

t.test('removal: the rest is what it was', async () => {
	fc.assert(
		fc.property(jsonText, numbers, (json, seeds) => {
			const frame = resultFrame(json);
			const all = places(frame.result as JsonNode, '/result').slice(1);
			if (all.length === 0) return;
			const gone = new Set(seeds.map((seed) => (all[seed % all.length] as Place).pointer));
			const masked = apply(frame, [{ path: pathTo([...gone]), op: 'remove' }], []);
			check(masked.text, masked);
			const model = (value: unknown, pointer: string): unknown => {
				if (Array.isArray(value)) {
					return value.flatMap((item, i) =>
						gone.has(pointer + escaped(i)) ? [] : [model(item, pointer + escaped(i))],
					);
				}
				if (typeof value !== 'object' || value === null) return value;
				const kept = Object.entries(value).filter(([k]) => !gone.has(pointer + escaped(k)));
				return Object.fromEntries(kept.map(([k, v]) => [k, model(v, pointer + escaped(k))]));
			};
			deepStrictEqual((JSON.parse(masked.text) as { result: unknown }).result, model(JSON.parse(json), '/result'));
		}),
		{ numRuns: 500 },
	);
});

t.test('everything at once is still one strict message, types kept, bytes between splices untouched', async () => {
	const masks = fc.array(fc.record({ op, seeds: numbers, kind: fc.constantFrom('path', 'text', 'key') }), {
		minLength: 1,
		maxLength: 6,
	});
	const value = fc.constantFrom<unknown>('x', '', 7, true, null, { a: [1] }, [], '\ud800', '"\\');
	fc.assert(
		fc.property(jsonText, masks, value, (json, wanted, replacement) => {
			const frame = resultFrame(json);
			const all = places(frame.result as JsonNode, '/result');
			const findings: Finding[] = [];
			const requests = wanted.map(({ op, seeds, kind }, i): MaskRequest => {
				const chosen = seeds.map((seed) => all[seed % all.length] as Place);
				if (kind === 'path')
					return { path: pathTo([...new Set(chosen.map((place) => place.pointer))]), op, with: replacement };
				const type = `secret/t${i}`;
				for (const place of chosen) {
					const finding = findingIn(place, seeds, kind === 'key');
					if (finding) findings.push({ ...finding, type });
				}
				return { finding: type, op, with: replacement };
			});
			const masked = apply(frame, requests, findings);
			check(masked.text, masked);
			const parts = masked.splices.map((s) => s.replacement);
			let rebuilt = '';
			let at = 0;
			masked.splices.forEach((s, i) => {
				rebuilt += frame.bytes.toString('utf8', at, s.start) + parts[i];
				at = s.end;
			});
			deepStrictEqual(rebuilt + frame.bytes.toString('utf8', at), masked.text);
			ok(masked.splices.length === 0 || masked.hits.includes(true));
			const after = frameOf(masked.text).result as JsonNode;
			ok(after.type === (frame.result as JsonNode).type);
		}),
		{ numRuns: 1000 },
	);
});
