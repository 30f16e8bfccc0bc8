/**
 * Whether a detector type is what a mask names: `secret/*`, `pii/card`, … `*` stands for any characters but `/`
 * (contract §2). Time is bounded by the product of the two lengths.
 */
export function typeMatches(glob: string, type: string): boolean {
	let g = 0;
	let t = 0;
	let star = -1;
	let resume = 0;
	while (t < type.length) {
		if (glob[g] === '*') {
			star = g;
			resume = t;
			g += 1;
		} else if (glob[g] === type[t]) {
			g += 1;
			t += 1;
		} else if (star !== -1 && type[resume] !== '/') {
			resume += 1;
			t = resume;
			g = star + 1;
		} else return false;
	}
	while (glob[g] === '*') g += 1;
	return g === glob.length;
}
