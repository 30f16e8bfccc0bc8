import { SluiceError } from '../../engine/error.ts';

/** Something about the evidence is not as it must be: it could not be written, or what is there is not what was written. */
export class RecordError extends SluiceError {
	/** The session, if it is about one. */
	readonly session: string | undefined;
	/** The record within it, if it is about one. */
	readonly seq: number | undefined;

	constructor(
		code: string,
		message: string,
		options: { session?: string; seq?: number; help?: string; cause?: unknown } = {},
	) {
		super(code, message, options);
		this.name = 'RecordError';
		this.session = options.session;
		this.seq = options.seq;
	}
}

/** `ERR_RECORD_DAMAGED`: a record does not authenticate, is missing, or is not where it belongs. */
export function damaged(session: string, seq: number, why: string, cause?: unknown): RecordError {
	return new RecordError('ERR_RECORD_DAMAGED', `record ${seq} of session \`${session}\` is damaged: ${why}`, {
		session,
		seq,
		cause,
		help: 'restore the store from a backup; the other records can still be read one by one',
	});
}

export function unknownSession(session: string): RecordError {
	return new RecordError('ERR_RECORD_SESSION_UNKNOWN', `there is no session \`${session}\` in this store`, { session });
}

export function sessionExists(session: string): RecordError {
	return new RecordError('ERR_RECORD_SESSION_EXISTS', `session \`${session}\` is in this store already`, { session });
}

export function conflict(session: string): RecordError {
	return new RecordError('ERR_RECORD_CONFLICT', `another process has written to session \`${session}\``, {
		session,
		help: 'a session is written by one process at a time',
	});
}

export function notWritten(session: string, cause: unknown): RecordError {
	const why = (cause as Error).message;
	return new RecordError('ERR_RECORD_WRITE', `the recording could not be written: ${why}`, {
		session,
		cause,
		help: 'see that the disk of `dataDir` has room and is writable; recording goes on by itself then',
	});
}

export function thereAlready(session: string, seq: number): RecordError {
	return new RecordError('ERR_RECORD_EXISTS', `record ${seq} of session \`${session}\` is there already`, {
		session,
		seq,
	});
}

export function recorderClosed(): RecordError {
	return new RecordError('ERR_RECORD_CLOSED', 'the recorder is closed');
}
