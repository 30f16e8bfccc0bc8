/** A name of printable ASCII without empty labels and without a dot at its end; the empty name counts. */
export function isDomainName(name: string): boolean {
	return name === '' || /^[!-\-/-~]+(?:\.[!-\-/-~]+)*$/.test(name);
}

/** The same where a constraint may begin with a dot. */
export function isDomainConstraint(name: string): boolean {
	return isDomainName(name) || (name.startsWith('.') && name !== '.' && isDomainName(name.slice(1)));
}
