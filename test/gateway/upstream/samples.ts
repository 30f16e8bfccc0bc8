import type { GrantKey, TextBox } from '../../../gateway/upstream/grants.ts';

export const key: GrantKey = {
	issuer: 'https://idp.example.com',
	resource: 'https://mcp.example.com/mcp',
	principal: { issuer: 'sluice', id: 'ana' },
	scope: 'read',
};

/** Seals nothing, so that tests can look inside. */
export const plainBox: TextBox = { seal: (text) => text, open: (text) => text };
