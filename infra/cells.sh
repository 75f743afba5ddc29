#!/usr/bin/env bash
# Cells are stages of cdk.json with one bucketPrefix, each in an account of its own.
#
#   infra/cells.sh list PREFIX      their names, accounts and Regions
#   infra/cells.sh deploy PREFIX    deploy one after the other, and stop at the first error
#   infra/cells.sh doctor PREFIX    check the preconditions of each; the highest exit status
#   infra/cells.sh audit PREFIX     audit each; the highest exit status
#   infra/cells.sh twice PREFIX     organizations with a home in two cells; none, or exit status 2
#
# Each cell's credentials are the profile orgbucket-CELL.
set -euo pipefail
cd "$(dirname "$0")/.."
command=${1:?list, deploy, doctor, audit or twice} prefix=${2:?the bucketPrefix of the cells, such as fusion-rms-}

cells() {
  node -e 'const s = require("./cdk.json").context.stages
    for (const c of Object.keys(s).sort()) if ((s[c].bucketPrefix ?? "fusion-rms-") === process.argv[1]) console.log(c, s[c].account ?? "-", s[c].region)' "$prefix"
}

claims() { # of a cell, a line each: ORG CELL
  local bucket
  bucket=$(aws ssm get-parameter --region "$2" --name "/orgbucket/$1/homes-bucket" --query Parameter.Value --output text)
  aws s3api list-objects-v2 --region "$2" --bucket "$bucket" --prefix homes/ --query 'Contents[].Key' --output text |
    tr '\t' '\n' | sed -n "s|^homes/\(.*\)|\1 $1|p"
}

each() { # run a command of the tool for every cell
  local cell status highest=0
  while read -r cell _; do
    echo "== $cell"
    status=0
    AWS_PROFILE=orgbucket-$cell dist/orgbucket "$1" --stage "$cell" < /dev/null || status=$?
    [ $status = 0 ] || echo "$cell: exit status $status"
    [ $status -le $highest ] || highest=$status
  done < <(cells)
  return $highest
}

case $command in
list) cells ;;
deploy) cells | while read -r cell _; do AWS_PROFILE=orgbucket-$cell make deploy STAGE="$cell" YES=1 < /dev/null; done ;;
doctor | audit) each "$command" ;;
twice)
  found=$(cells | while read -r cell _ region; do AWS_PROFILE=orgbucket-$cell claims "$cell" "$region" < /dev/null; done |
    sort | awk '$1 == org { print org, cell; print $1, $2 } { org = $1; cell = $2 }' | uniq)
  [ -z "$found" ] || { echo "$found"; exit 2; }
  ;;
*) echo "list, deploy, doctor, audit or twice, not $command" >&2; exit 64 ;;
esac
