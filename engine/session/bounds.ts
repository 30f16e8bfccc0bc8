/**
 * How much one session may make the engine remember, so that its memory and the size of the policy input stay bounded
 * however long it lives and whoever speaks in it. What would go beyond is denied with a code of its own
 * (`within-bounds.ts`), or refused by the gateway before it is judged; nothing is left out of the facts in silence.
 *
 * They are constants, not configuration: a recording must come out the same wherever it is judged again.
 * `docs/configuration.md` lists them.
 */
export const BOUNDS = {
	/** Labels in force at once, of one scope. */
	labels: 512,
	/** Length of a label, UTF-16 code units. */
	labelLength: 256,
	/** Distinct tools that a session calls (`session.calls.by_tool`). */
	calledTools: 1024,
	/** All names in `by_tool` together, UTF-16 code units. */
	calledNames: 65_536,
	/** Distinct tools that a session's lists show. */
	listedTools: 4096,
	/** Length of a listed tool's name, UTF-16 code units. */
	toolName: 512,
	/** Names and annotations of all listed tools together, UTF-16 code units. */
	listedText: 1_048_576,
	/** Length of what the handshake says: the client's name and version, the protocol's version. */
	handshakeText: 1024,
	/** Requests of one party that wait for an answer; `limits.inFlight` is the smaller one. */
	waiting: 4096,
	/** What those requests hold (params, ids), bytes; a single one may be larger. */
	waitingBytes: 67_108_864,
	/** Answered requests that are remembered in case their answer was not heard. */
	answered: 64,
	/** What those hold, bytes. */
	answeredBytes: 8_388_608,
	/** Tasks whose result may still come. */
	tasks: 1024,
	/** What the requests that made them hold, bytes. */
	tasksBytes: 8_388_608,
	/** Requests inside results that an answer may still come for. */
	asked: 1024,
	/** What those hold, bytes. */
	askedBytes: 8_388_608,
	/** Frames that stand in one frame, listed tools not counted. */
	embedded: 256,
	/** Output schemas of listed tools, UTF-16 code units; of a tool for which there is no room none is known. */
	outputSchemas: 4_194_304,
} as const;
