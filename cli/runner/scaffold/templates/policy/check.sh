#!/bin/sh
# All that a change of the policy must pass, for any CI. Usage: ci/check.sh [base], base is what it is compared with.
set -eu
base=${1:-origin/main}

sluice check policies
sluice test --coverage --threshold 90

# What changes for the recorded sessions: nothing may pass that was stopped before.
worktree=$(mktemp -d)
trap 'git worktree remove --force "$worktree"' EXIT
git worktree add --detach "$worktree" "$base"
if [ -d "$worktree/policies" ]; then
	sluice diff --from "$worktree/policies" --to policies policy-test-fixtures --fail-on loosened
fi
