import { test } from 'tap';
import { SluiceError } from '../../../engine/error.ts';
import { ApiError, apiErrorOf, errorBody } from '../../../gateway/admin/api-error.ts';

test('statuses of what is said behind the API', async (t) => {
	for (const [code, status] of [
		['ERR_APPROVAL_UNKNOWN', 404],
		['ERR_APPROVAL_DECIDED', 409],
		['ERR_APPROVAL_VOTED', 409],
		['ERR_APPROVAL_ROLE', 403],
		['ERR_APPROVAL_NO_HUMAN', 403],
		['ERR_APPROVAL_SELF', 403],
		['ERR_APPROVAL_NOT_APPROVER', 403],
		['ERR_RECORD_SESSION_UNKNOWN', 404],
		['ERR_RECORD_DAMAGED', 500],
		['ERR_STORE_MISSING', 503],
	] as const) {
		t.match(apiErrorOf(new SluiceError(code, 'm', { help: 'h' })), { status, code, message: 'm', help: 'h' });
	}
	for (const bug of [
		new TypeError('m'),
		new Error('m'),
		'm',
		undefined,
		Object.assign(new Error('m'), { code: 'ENOENT' }),
	]) {
		t.equal(apiErrorOf(bug), undefined);
	}
	t.same(errorBody(new ApiError(418, 'ERR_X', 'm')), { error: { code: 'ERR_X', message: 'm' } });
});
