/** An entry of one of OWASP's lists. */
export interface RiskEntry {
	readonly id: string;
	readonly title: string;
	/** What meets it where no rule can. */
	readonly beyond?: string;
}

/** A list of OWASP, and the member of METADATA that names its entries. */
export interface RiskList {
	readonly title: string;
	readonly url: string;
	readonly member: 'owasp_llm' | 'owasp_mcp';
	readonly entries: readonly RiskEntry[];
}

/** OWASP Top 10 for LLM Applications, 2025. */
export const LLM: RiskList = {
	title: 'OWASP Top 10 for LLM Applications 2025',
	url: 'https://genai.owasp.org/llm-top-10/',
	member: 'owasp_llm',
	entries: [
		{ id: 'LLM01:2025', title: 'Prompt Injection' },
		{ id: 'LLM02:2025', title: 'Sensitive Information Disclosure' },
		{ id: 'LLM03:2025', title: 'Supply Chain' },
		{
			id: 'LLM04:2025',
			title: 'Data and Model Poisoning',
			beyond: 'happens while a model is trained or tuned, which no frame shows',
		},
		{ id: 'LLM05:2025', title: 'Improper Output Handling' },
		{ id: 'LLM06:2025', title: 'Excessive Agency' },
		{
			id: 'LLM07:2025',
			title: 'System Prompt Leakage',
			beyond:
				'the system prompt stays between client and model; what of it is a secret is met where it leaves, by LLM02',
		},
		{
			id: 'LLM08:2025',
			title: 'Vector and Embedding Weaknesses',
			beyond: 'lies inside the server that searches; what it returns is judged like any other result',
		},
		{
			id: 'LLM09:2025',
			title: 'Misinformation',
			beyond: 'whether a text is true cannot be seen from it; holds bring a human in before it acts',
		},
		{ id: 'LLM10:2025', title: 'Unbounded Consumption' },
	],
};

/** OWASP MCP Top 10, 2025. */
export const MCP: RiskList = {
	title: 'OWASP MCP Top 10 (2025)',
	url: 'https://owasp.org/www-project-mcp-top-10/',
	member: 'owasp_mcp',
	entries: [
		{ id: 'MCP01:2025', title: 'Token Mismanagement & Secret Exposure' },
		{ id: 'MCP02:2025', title: 'Privilege Escalation via Scope Creep' },
		{ id: 'MCP03:2025', title: 'Tool Poisoning' },
		{ id: 'MCP04:2025', title: 'Software Supply Chain Attacks & Dependency Tampering' },
		{ id: 'MCP05:2025', title: 'Command Injection & Execution' },
		{ id: 'MCP06:2025', title: 'Intent Flow Subversion' },
		{
			id: 'MCP07:2025',
			title: 'Insufficient Authentication & Authorization',
			beyond: 'the gateway itself: nobody without a credential gets as far as a rule',
		},
		{
			id: 'MCP08:2025',
			title: 'Lack of Audit and Telemetry',
			beyond: 'the gateway itself: every frame is on record before it moves',
		},
		{
			id: 'MCP09:2025',
			title: 'Shadow MCP Servers',
			beyond: 'the gateway itself: it speaks to the servers of its configuration and to no other',
		},
		{ id: 'MCP10:2025', title: 'Context Injection & Over-Sharing' },
	],
};

export const RISK_LISTS: readonly RiskList[] = [LLM, MCP];
