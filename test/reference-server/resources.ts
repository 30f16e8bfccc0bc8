import type { ReadResourceResult, Resource, ResourceTemplate } from '@modelcontextprotocol/sdk/types.js';
import { png } from './samples.ts';

/** The resources that are listed. */
export const resources: readonly Resource[] = [
	{ uri: 'test://static-text', name: 'static text', description: 'A text that never changes', mimeType: 'text/plain' },
	{ uri: 'test://static-binary', name: 'static image', description: 'A very small PNG', mimeType: 'image/png' },
	{ uri: 'test://watched-resource', name: 'watched', description: 'Can be subscribed to', mimeType: 'text/plain' },
];

/** The one template. */
export const templates: readonly ResourceTemplate[] = [
	{
		uriTemplate: 'test://template/{id}/data',
		name: 'data by id',
		description: 'A document for any id',
		mimeType: 'application/json',
	},
];

/** The contents of `uri`, or undefined. */
export function read(uri: string): ReadResourceResult | undefined {
	switch (uri) {
		case 'test://static-text':
			return {
				contents: [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
			};
		case 'test://static-binary':
			return { contents: [{ uri, mimeType: 'image/png', blob: png }] };
		case 'test://watched-resource':
			return { contents: [{ uri, mimeType: 'text/plain', text: 'Watched resource content' }] };
	}
	const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
	if (id === undefined) return undefined;
	const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
	return { contents: [{ uri, mimeType: 'application/json', text }] };
}
