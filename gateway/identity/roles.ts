import type { Principal } from '../../engine/session/types.ts';
import type { Role } from './types.ts';

/** `group:x`, `user:x` by role (`identity.roles`). */
export type RoleMap = Readonly<Record<'approver' | 'auditor' | 'admin', readonly string[]>>;

/** Most powerful first. */
const STAFF = ['admin', 'approver', 'auditor'] as const;

/**
 * What a holder of an OIDC token may be at the admin API. `user:x` names an id or a verified human. Who acts for
 * somebody else (`act`) has none of the rights of that person there: agents approve nothing.
 */
export function staffRoles(principal: Principal, roles: RoleMap): Role[] {
	if (principal.claims.act !== undefined) return [];
	const names = new Set([
		`user:${principal.id}`,
		...(principal.human === undefined ? [] : [`user:${principal.human}`]),
		...principal.groups.map((group) => `group:${group}`),
	]);
	return STAFF.filter((role) => roles[role].some((name) => names.has(name)));
}
