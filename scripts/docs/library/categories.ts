/** What the rules of each category are about. A rule of another category is refused until it stands here. */
export const CATEGORIES: Readonly<Record<string, string>> = {
	access: 'who may use what at all',
	budget: 'how much and how often',
	change: 'when things may be changed',
	elicitation: 'what a server may ask of the user',
	files: 'the file system',
	flow: 'what was read before decides what may be sent after',
	injection: 'instructions that hide in data',
	network: 'where requests may go',
	pii: 'personal data',
	sampling: 'what a server may ask of the model',
	secrets: 'credentials',
	shell: 'commands and code',
	size: 'how large an answer may be',
	sql: 'databases',
	tools: 'what tools are, and what they say of themselves',
};
