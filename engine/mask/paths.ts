import { JSONPath } from 'jsonpath-plus';
import parse, { type JsonPathQuery } from 'jsonpath-rfc9535/parser';
import { SluiceError } from '../error.ts';
import { protectedByName, type SegmentNames } from './protected.ts';
import { boneName, realSteps, type Skeleton } from './skeleton.ts';

/** A JSONPath (RFC 9535) that a mask can use. */
export interface MaskPath {
	/** As the rule wrote it. */
	readonly text: string;
	/** The keys and indexes down to everything it selects in a message, each once. */
	locate(message: Skeleton): readonly (readonly string[])[];
}

type Segment = JsonPathQuery['segments'][number];
type Selector = Extract<Segment['node'], { type: 'BracketedSelection' }>['selectors'][number];

const MAX_LENGTH = 1000;
const MAX_CACHED = 1000;
const compiled = new Map<string, MaskPath>();

/**
 * Compiles the `path` of a mask. It is parsed by an RFC 9535 parser and only then handed to the evaluating
 * library, rewritten so that both must mean the same; what that library cannot do is refused here, since a path
 * that silently selects nothing would be a leak.
 *
 * @throws {SluiceError} `ERR_MASK_PATH_SYNTAX`, `ERR_MASK_PATH_ROOT` (not under `$.params`, `$.result` or
 * `$.error`), `ERR_MASK_PATH_FILTER`, `ERR_MASK_PATH_DESCENDANT` (more than one `..`), `ERR_MASK_PATH_PROTECTED`
 * (names a member that masks never touch).
 */
export function compileMaskPath(text: string): MaskPath {
	const known = compiled.get(text);
	if (known) return known;
	const path = compile(text);
	if (compiled.size >= MAX_CACHED) {
		// A policy can compute paths; the library's own cache has no bound either.
		compiled.clear();
		JSONPath.clearCache();
	}
	compiled.set(text, path);
	return path;
}

function compile(text: string): MaskPath {
	const segments = parsed(text);
	const [first] = segments;
	const root = first?.type === 'ChildSegment' ? namesOf(first) : undefined;
	if (root?.any !== false || root.names.length !== 1 || !/^(?:params|result|error)$/.test(root.names[0] ?? '')) {
		throw wrong(
			'ROOT',
			text,
			'must start with `$.params`, `$.result` or `$.error`',
			'say which part of the frame to mask',
		);
	}
	if (segments.some((segment) => selectorsOf(segment).some((selector) => selector.type === 'FilterSelector'))) {
		const help = 'select by name, index or wildcard, and put the condition into the rule';
		throw wrong('FILTER', text, 'has a filter `?`, which masks do not evaluate', help);
	}
	if (segments.filter((segment) => segment.type === 'DescendantSegment').length > 1) {
		throw wrong('DESCENDANT', text, 'has more than one `..`', 'name the members between them');
	}
	const member = protectedByName(segments.map(namesOf));
	if (member !== undefined) {
		const help = 'masks never touch what the protocol needs; deny the frame instead';
		throw wrong('PROTECTED', text, `names \`${member}\`, which is part of the protocol`, help);
	}
	const path = `$${segments.map(rewrite).join('')}`;
	return { text, locate: (message) => locate(path, message) };
}

function parsed(text: string): readonly Segment[] {
	const help = 'write a JSONPath as in RFC 9535, such as `$.result.content[*].text`';
	if (text.length > MAX_LENGTH)
		throw wrong('SYNTAX', `${text.slice(0, 60)}…`, `is longer than ${MAX_LENGTH} characters`, help);
	try {
		return parse(text).segments;
	} catch {
		throw wrong('SYNTAX', text, 'is not a JSONPath', help);
	}
}

function selectorsOf({ node }: Segment): readonly Selector[] {
	if (node.type === 'BracketedSelection') return node.selectors;
	return [node.type === 'MemberNameShorthand' ? { type: 'NameSelector', value: node.value } : node];
}

function namesOf(segment: Segment): SegmentNames {
	const selectors = selectorsOf(segment);
	return {
		descendant: segment.type === 'DescendantSegment',
		names: selectors.flatMap((selector) => (selector.type === 'NameSelector' ? [selector.value] : [])),
		any: selectors.some((selector) => selector.type !== 'NameSelector'),
	};
}

/** A segment in the evaluating library's spelling, over a skeleton. */
function rewrite(segment: Segment): string {
	const parts = new Set(selectorsOf(segment).map(spelled));
	// A wildcard selects all that its neighbours could; saying so twice would square the work.
	const selection = parts.has('*') ? '*' : [...parts].join(',');
	return `${segment.type === 'DescendantSegment' ? '..' : ''}[${selection}]`;
}

function spelled(selector: Selector): string {
	switch (selector.type) {
		case 'NameSelector':
			return boneName(selector.value);
		case 'WildcardSelector':
			return '*';
		case 'SliceSelector':
			return `${selector.start ?? ''}:${selector.end ?? ''}:${selector.step ?? ''}`;
		case 'IndexSelector':
			// The library counts from the end in slices only.
			return selector.value >= 0 ? `${selector.value}` : `${selector.value}:${selector.value + 1 || ''}:`;
		case 'FilterSelector':
			throw new TypeError('filters are refused before');
	}
}

function locate(path: string, message: Skeleton): readonly (readonly string[])[] {
	const found = JSONPath({ path, json: message as object, eval: false, resultType: 'pointer', wrap: true }) as string[];
	return [...new Set(found)].map(realSteps);
}

function wrong(code: string, text: string, what: string, help: string): SluiceError {
	return new SluiceError(`ERR_MASK_PATH_${code}`, `the mask path \`${text}\` ${what}`, { help });
}
