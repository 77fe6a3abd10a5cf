#!/usr/bin/env bash
# The first steps of the README, with the real program: a city, a file with mistakes, a look, the proofs, and a kill in the
# middle of a long import.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
city=$work/city

say() { echo "- $*"; }
fail() { echo "failed: $*" >&2; exit 1; }

say "a demo city, twice the same"
"$CREDENCE" demo --store "$city" --subjects 60 --seed 3 --day 2026-06-01 --json >"$work/one.json"
"$CREDENCE" demo --store "$work/again" --subjects 60 --seed 3 --day 2026-06-01 --json >"$work/two.json"
root_of() { sed -E 's/.*"root":"([^"]+)".*/\1/' "$1"; }
[ "$(root_of "$work/one.json")" = "$(root_of "$work/two.json")" ] || fail "seed and day do not fix the root"

say "a file with mistakes: the good lines are filed, the rest comes back"
code=0
"$CREDENCE" import "$root/demo/samples/penalty-with-errors.csv" --item administrative-penalty \
    --as market-regulation-haidian --store "$city" --json \
    --errors-file "$work/errors.csv" --receipt-file "$work/receipt.json" >"$work/import.json" || code=$?
[ "$code" = 1 ] || fail "refused lines give the exit code 1, not $code"
grep -q '"filed":2,"unchanged":0,"refused":11' "$work/import.json" || fail "$(cat "$work/import.json")"
[ "$(cut -d, -f1 "$work/errors.csv" | sort -u | wc -l)" = 12 ] || fail "eleven lines and a heading are in the error file"

say "the receipt holds offline, and not when a byte of it is changed"
"$CREDENCE" verify --receipt "$work/receipt.json" >/dev/null
sed -E 's/(market-regulation-)haidian/\1chaoyang/' "$work/receipt.json" >"$work/forged.json"
! "$CREDENCE" verify --receipt "$work/forged.json" >/dev/null 2>&1 || fail "a forged receipt holds"

say "a person's number is in no file of the store, and a look at them is theirs to see"
person=$(sed -E 's/.*"person":"([^"]+)".*/\1/' "$work/one.json")
token=$(sed -E 's/.*"person_token":"([^"]+)".*/\1/' "$work/one.json")
"$CREDENCE" inquire "$person" --as market-regulation --duty 1 --matter smoke-1 --store "$city" --json >"$work/look.json"
! grep -q "$person" "$work/look.json" || fail "the number is not masked"
"$CREDENCE" inquire --key "$token" --store "$city" --json | grep -q 'smoke-1' || fail "the look is not shown to the person"
! grep -aqr --exclude=try.txt "$person" "$city" || fail "the number lies open in the store"

say "killed in the middle of a long import, the same file goes on"
for ((line = 0; line < 20000; line++)); do
    echo "{\"name\":\"北京某公司\",\"unified_social_credit_code\":\"91110108551385082Q\",\"decision_document_number\":\"奖$line\",\"honour_name\":\"诚信\",\"honour_tier\":\"市级\",\"decision_day\":\"2026-05-01\",\"commending_authority\":\"局\"}"
done >"$work/long.jsonl"
"$CREDENCE" import "$work/long.jsonl" --item commendation --as tax --store "$city" --json >/dev/null 2>&1 &
import=$!
sleep 1
kill -9 "$import" 2>/dev/null || true
wait "$import" 2>/dev/null || true
"$CREDENCE" verify --store "$city" >/dev/null || fail "the journal does not verify after the kill"
"$CREDENCE" import "$work/long.jsonl" --item commendation --as tax --store "$city" --json >"$work/long.json"
grep -qE '"filed":20000,"unchanged":0|"filed":0,"unchanged":20000' "$work/long.json" || fail "$(cat "$work/long.json")"

say "the journal verifies, and the tables are its fold"
"$CREDENCE" verify --store "$city" --json | grep -q '"problems":\[\]' || fail "verify"
"$CREDENCE" rebuild --compare --store "$city" --json | grep -q '"differences":\[\]' || fail "rebuild --compare"
