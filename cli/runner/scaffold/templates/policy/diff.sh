#!/bin/sh
# What a change of the policy does to the recorded sessions. What loosens is refused until somebody accepts it in
# policy-changes.yaml; `--fail-on any` refuses every difference that nobody accepted.
# Usage: ci/diff.sh BASE [options of sluice diff]; BASE is the commit to compare with, fetched already.
# Exit codes: 0 passed, 1 refused, 2 it could not be judged.
set -eu
cd "$(dirname "$0")/.."

fail() {
	echo "ci/diff.sh: $1" >&2
	exit 2
}
[ $# -gt 0 ] || fail 'name the commit to compare with, as in ci/diff.sh origin/main'
commit=$(git rev-parse --verify --quiet "$1^{commit}") ||
	fail "there is no commit \`$1\` here: fetch it, as in git fetch --depth=1 origin main && ci/diff.sh FETCH_HEAD"
shift

# The policy as it was.
scratch=$(mktemp -d)
clean_up() {
	set +e # whether this works says nothing of the policy
	git worktree remove --force "$scratch/base" 2> /dev/null
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
git worktree add --quiet --detach "$scratch/base" "$commit" || fail 'git cannot check the base out'
before=$scratch/base/$(git rev-parse --show-prefix)
# A sluice.yaml says what else counts: data, detectors.
from=$before/policies
if [ -f "$before/sluice.yaml" ]; then from=$before/sluice.yaml; fi
to=policies
if [ -f sluice.yaml ]; then to=sluice.yaml; fi
if [ ! -e "$from" ]; then
	echo "There is no policies folder in $commit: nothing to compare with."
	exit 0
fi

# Recordings that the change edits or removes count as they were, too: nobody gets past by editing one.
if [ -d "$before/policy-test-fixtures" ]; then
	(cd "$before" && find policy-test-fixtures -type f -name '*.jsonl*') | while IFS= read -r file; do
		if cmp -s "$before/$file" "$file"; then rm "$before/$file"; fi
	done
	if [ -n "$(find "$before/policy-test-fixtures" -type f -name '*.jsonl*')" ]; then
		set -- "$before/policy-test-fixtures" "$@"
	fi
fi
sluice diff --from "$from" --to "$to" --fail-on loosened policy-test-fixtures "$@"
