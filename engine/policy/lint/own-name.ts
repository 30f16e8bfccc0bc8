/** A name of the policy as its author wrote it: without `data.` and the package where it is one of a rule package. */
export function own(name: string): string {
	return name.replace(/^data\.rules\.\w+\.\w+\.(?=\w)/, '');
}
