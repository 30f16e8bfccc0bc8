/**
 * Session files, `*.session.jsonl`, format version 1 (contract §5): what `sessions export` writes, what people edit by
 * hand, and what `test`, `replay`, `diff` and `play` read. `session.schema.json` says what each line can hold.
 */
export { formatSession, headerText, lineFormatter } from './session-format.ts';
export { type ParsedSession, parseSession, parseSessions } from './session-parse.ts';
export { type ParsedLine, SessionParser } from './session-parser.ts';
