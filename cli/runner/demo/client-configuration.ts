/** What to paste into a client so that it talks to the gateway. */
export function clientConfiguration(url: string, token: string): string {
	const entry = { type: 'http', url, headers: { Authorization: `Bearer ${token}` } };
	return `
   Claude Code:
     claude mcp add --transport http files ${url} \\
       --header "Authorization: Bearer ${token}"

   VS Code (.vscode/mcp.json):
${indent(JSON.stringify({ servers: { files: entry } }, null, 2))}

   Cursor (.cursor/mcp.json):
${indent(JSON.stringify({ mcpServers: { files: { url: entry.url, headers: entry.headers } } }, null, 2))}

`;
}

function indent(text: string): string {
	return text
		.split('\n')
		.map((line) => `     ${line}`)
		.join('\n');
}
