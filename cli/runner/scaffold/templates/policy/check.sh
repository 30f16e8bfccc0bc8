#!/bin/sh
# All that a change of the policy must pass, for any CI and for a terminal.
# Usage: ci/check.sh [BASE]; BASE is the commit to compare with (default: origin/main), fetched already.
# Exit codes: 0 all passed, 1 findings, 2 the policy does not compile, or something could not be judged.
set -u
cd "$(dirname "$0")/.." || exit 2
command -v sluice > /dev/null || { echo 'ci/check.sh: there is no sluice on PATH' >&2; exit 2; }

worst=0
step() {
	printf '\n$ %s\n' "$*"
	"$@"
	code=$?
	if [ "$code" -gt "$worst" ]; then worst=$code; fi
}

# Later steps run whatever the earlier ones say: a reviewer wants to know all of it.
step sluice check
step sluice test --coverage --threshold 90
step ci/diff.sh "${1:-origin/main}"
exit "$worst"
