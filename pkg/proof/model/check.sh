#!/usr/bin/env bash
# Goes through all states of home.pml, and sees that each mutant is caught by each
# assertion that is named for it. Arguments: how many deliveries (2), the deepest path (1,000,000).
set -euo pipefail
cd "$(dirname "$0")"
deliveries=${1:-2} depth=${2:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# search OPTIMIZATION DEFINE...: what the search for a violated assertion says.
search() {
  local optimization=$1 model=$PWD/home.pml
  shift
  (cd "$work" && spin -a "$@" "$model" && gcc "$optimization" -w -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -m"$depth") >"$work/said" 2>&1 ||
    { cat "$work/said"; exit 1; }
}

# holds WHAT DEFINE...: no assertion is violated, and every state was come to.
holds() {
  local what=$1 verdict="holds in all"
  search -O2 -DDELIVERIES="$deliveries" -DASSERTIONS=15 -DMUTANT=0 "${@:2}"
  if ! grep -q 'errors: 0$' "$work/said" || grep -qE '^(error|pan: (out of|reached))' "$work/said"; then
    verdict="*** FAILED or not all seen ($(grep -E '^(pan:1|error|pan: (out|reached))' "$work/said" | head -1)):" failed=1
  fi
  awk -v what="$what" -v verdict="$verdict" '/states, stored/ { n = $1 } /elapsed time/ && !s { s = $4 }
    END { printf "%s: %s %d states, %s s\n", what, verdict, n, s }' "$work/said"
}

# caught MUTANT ASSERTION... -- DEFINE...: each assertion alone notices the mutant.
caught() {
  local mutant=$1 assertions=() assertion
  shift
  while [ "$1" != -- ]; do assertions+=("$1"); shift; done
  shift
  for assertion in "${assertions[@]}"; do
    search -O0 -DDELIVERIES=2 -DMUTANT="$mutant" -DASSERTIONS="$assertion" "$@"
    if grep -q 'assertion violated' "$work/said"; then
      echo "  $mutant: caught by $assertion"
    else
      echo "  *** $mutant: NOT CAUGHT by $assertion"; failed=1
    fi
  done
}

holds "$deliveries deliveries, nothing of before the claims"
holds "$deliveries deliveries, an old home with the global name" -DOLD=0
holds "$deliveries deliveries, an old home with the own name" -DOLD=1
echo "Mutants of the protocol:"
caught NoClaim OneHome HomeNeverChanges OnlyTheClaimed --
caught ClaimOverwrites OneHome HomeNeverChanges ClaimWrittenOnce --
caught PolicyFirst OneHome OnlyTheClaimed --
caught WinnerIgnored OneHome HomeNeverChanges OnlyTheClaimed --
caught UnreadNotAsked OneHome HomeNeverChanges -- -DOLD=0
caught MistaggedTaken OneHome -- -DOLD=0
caught MistaggedTaken OneHome -- -DOLD=1
caught FirstIsHome OneHome -- -DOLD=1
caught DoubtIgnored OneHome -- -DOLD=1
echo "What is taken for granted of an old home:"
caught OldStripped HomeNeverChanges -- -DOLD=1
caught OldIsYoung HomeNeverChanges -- -DOLD=1
exit $failed
