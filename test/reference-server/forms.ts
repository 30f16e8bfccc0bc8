const titled = (prefix: string, words: readonly string[], noun: string) =>
	words.map((word, n) => ({ const: `${prefix}${n + 1}`, title: `${word} ${noun}` }));

const options = ['option1', 'option2', 'option3'];
const words = ['First', 'Second', 'Third'];

/** Every primitive type with a default (SEP-1034). */
export const profileForm: object = {
	type: 'object',
	properties: {
		name: { type: 'string', description: 'Name', default: 'John Doe' },
		age: { type: 'integer', description: 'Age', default: 30 },
		score: { type: 'number', description: 'Score', default: 95.5 },
		status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
		verified: { type: 'boolean', description: 'Verified', default: true },
	},
	required: [],
};

/** The five ways to write a choice (SEP-1330). */
export const enumForm: object = {
	type: 'object',
	properties: {
		untitledSingle: { type: 'string', enum: options },
		titledSingle: { type: 'string', oneOf: titled('value', words, 'Option') },
		legacyEnum: {
			type: 'string',
			enum: ['opt1', 'opt2', 'opt3'],
			enumNames: ['Option One', 'Option Two', 'Option Three'],
		},
		untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
		titledMulti: { type: 'array', items: { anyOf: titled('value', words, 'Choice') } },
	},
	required: [],
};
