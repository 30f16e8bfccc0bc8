import type { Tool } from '@modelcontextprotocol/sdk/types.js';

/** Keywords of JSON Schema 2020-12 that a list of tools must carry as they are (SEP-1613, SEP-2106). */
export const contactSchema: Tool['inputSchema'] = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	type: 'object',
	$defs: {
		address: {
			$anchor: 'addressDef',
			type: 'object',
			properties: { street: { type: 'string' }, city: { type: 'string' } },
		},
	},
	properties: {
		name: { type: 'string' },
		address: { $ref: '#/$defs/address' },
		contactMethod: { type: 'string', enum: ['phone', 'email'] },
		phone: { type: 'string' },
		email: { type: 'string' },
	},
	allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
	if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
	// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
	then: { required: ['phone'] },
	else: { required: ['email'] },
	additionalProperties: false,
};

/** An argument that a client of 2026-07-28 mirrors in `Mcp-Param-Region` (SEP-2243). */
export const regionSchema: Tool['inputSchema'] = {
	type: 'object',
	properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, query: { type: 'string' } },
};
