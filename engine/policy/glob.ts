/**
 * Whether `name` fits a pattern in which `*` stands for any text without `/` (contract §2). Everything else in a
 * pattern stands for itself.
 */
export function fitsGlob(pattern: string, name: string): boolean {
	if (!pattern.includes('*')) return pattern === name;
	const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
	return new RegExp(`^${parts.join('[^/]*')}$`, 'u').test(name);
}
