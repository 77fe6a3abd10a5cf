#!/usr/bin/env bash
# Backup and restore with the real program: taken while it serves, killed in the middle, brought up to date, restored from
# SQLite to PostgreSQL and back, locked until the newest known checkpoint is shown.
set -euo pipefail

work=$(mktemp -d)
server=
database=
clear_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$database" ] || psql -X -q "$CREDENCE_TEST_POSTGRES" -c "drop database if exists $database with (force)" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clear_up EXIT

say() { echo "- $*"; }
fail() { echo "failed: $*" >&2; exit 1; }
sound() { # a store verifies, and its tables are the fold of its journal
    "$CREDENCE" verify --store "$1" --json | grep -q '"problems":\[\]' || fail "verify $1"
    "$CREDENCE" rebuild --compare --store "$1" --json | grep -q '"differences":\[\]' || fail "rebuild --compare $1"
}
# Runs a command and kills it with SIGKILL after so many hundredths of a second.
killed_after() {
    local hundredths=$1
    shift
    "$@" >/dev/null 2>&1 &
    local pid=$!
    sleep "$(printf '%d.%02d' $((hundredths / 100)) $((hundredths % 100)))"
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

city=$work/city
"$CREDENCE" demo --store "$city" --subjects 300 --seed 3 --json >"$work/built.json"

say "a backup while the city is served and acts are written"
"$CREDENCE" serve --store "$city" --demo --listen 127.0.0.1:0 --json >"$work/serve.json" 2>"$work/serve.log" &
server=$!
for _ in $(seq 300); do [ -s "$work/serve.json" ] && break; sleep 0.1; done
url=$(sed -E 's/.*"listening":"([^"]+)".*/\1/' "$work/serve.json")
person=$(sed -E 's/.*"person":"([^"]+)".*/\1/' "$work/built.json")
look() { "$CREDENCE" inquire "$person" --as market-regulation --duty 1 --matter "smoke-$1" --store "$city" --json >/dev/null; }
look 1
(for ((n = 2; n < 8; n++)); do look "$n"; done) &
looks=$!
"$CREDENCE" backup --store "$city" --to "$work/backup" --json >"$work/backup.json"
wait "$looks"
grep -q '"signed":true' "$work/backup.json" || fail "$(cat "$work/backup.json")"
"$CREDENCE" verify --backup "$work/backup" >/dev/null || fail "the backup is not whole"

say "killed again and again, the earlier backup stays whole, and the last run brings it up to date"
for hundredths in 1 2 4 8 16; do
    look "$hundredths"
    killed_after "$hundredths" "$CREDENCE" backup --store "$city" --to "$work/backup"
    "$CREDENCE" verify --backup "$work/backup" >/dev/null || fail "the backup is not whole after a kill"
done
curl -sf "$url/journal/checkpoint" >"$work/old-checkpoint"
"$CREDENCE" backup --store "$city" --to "$work/backup" --json >"$work/backup.json"
sleep 2
curl -sf "$url/journal/checkpoint" >"$work/checkpoint"
kill "$server"
wait "$server" || true
server=
"$CREDENCE" backup --store "$city" --to "$work/backup" --json >"$work/backup.json"

say "a restoration that is killed serves nobody; the same command begins it again"
for hundredths in 60 20 5; do
    killed_after "$hundredths" "$CREDENCE" restore --from "$work/backup" --to "$work/restored"
    code=0
    "$CREDENCE" serve --store "$work/restored" --demo --listen 127.0.0.1:0 >/dev/null 2>"$work/refused.log" || code=$?
    [ "$code" = 5 ] || fail "a half restored store is served: $(cat "$work/refused.log")"
done
# A machine so quick that the last one was whole before it was killed begins with an empty folder.
! "$CREDENCE" verify --store "$work/restored" >/dev/null 2>&1 || rm -rf "$work/restored"
"$CREDENCE" restore --from "$work/backup" --to "$work/restored" --json >"$work/restore.json"
grep -q '"signs":false' "$work/restore.json" || fail "$(cat "$work/restore.json")"
sound "$work/restored"

say "it signs and serves only after it is shown the newest known checkpoint"
code=0
"$CREDENCE" serve --store "$work/restored" --demo --listen 127.0.0.1:0 >/dev/null 2>"$work/refused.log" || code=$?
[ "$code" = 5 ] || fail "a restored store is served before it is confirmed"
grep -q accept-checkpoint "$work/refused.log" || fail "the remedy is not named: $(cat "$work/refused.log")"
code=0
"$CREDENCE" inquire "$person" --as market-regulation --duty 1 --matter x --store "$work/restored" >/dev/null 2>&1 || code=$?
[ "$code" = 5 ] || fail "an act is done in a restored store before it is confirmed"
"$CREDENCE" accept-checkpoint --store "$work/restored" --known "$work/checkpoint" >/dev/null
"$CREDENCE" inquire "$person" --as market-regulation --duty 1 --matter after --store "$work/restored" --json >/dev/null
sound "$work/restored"
! "$CREDENCE" restore --from "$work/backup" --to "$work/restored" >/dev/null 2>&1 || fail "a store is restored over another"

say "a changed byte in the backup is found before anything is written"
cp -r "$work/backup" "$work/changed"
file=$(find "$work/changed" -name 'payload-0*' | head -1)
printf 'X' | dd of="$file" bs=1 seek=5000 conv=notrunc status=none
! "$CREDENCE" verify --backup "$work/changed" >/dev/null 2>&1 || fail "a changed backup is called whole"
! "$CREDENCE" restore --from "$work/changed" --to "$work/never" >/dev/null 2>&1 || fail "a changed backup is restored"
[ ! -e "$work/never/credence.sqlite" ] || fail "something was written from a changed backup"

if [ -n "${CREDENCE_TEST_POSTGRES:-}" ]; then
    say "to PostgreSQL and back, the rows of the journal are the same"
    database=smoke_backup_$$
    psql -X -q "$CREDENCE_TEST_POSTGRES" -c "create database $database template template0 lc_collate 'C' lc_ctype 'C' encoding 'UTF8'"
    postgres=${CREDENCE_TEST_POSTGRES%/*}/$database
    killed_after 12 "$CREDENCE" restore --from "$work/backup" --to "$postgres"
    ! "$CREDENCE" verify --store "$postgres" >/dev/null 2>&1 || fail "a half restored store is verified"
    "$CREDENCE" restore --from "$work/backup" --to "$postgres" --known "$work/checkpoint" --json | grep -q '"signs":true' || fail "restore to PostgreSQL"
    sound "$postgres"
    "$CREDENCE" backup --store "$postgres" --to "$work/from-postgres" >/dev/null
    "$CREDENCE" restore --from "$work/from-postgres" --to "$work/back" --known "$work/checkpoint" >/dev/null
    sound "$work/back"
    python3 - "$city/credence.sqlite" "$work/back/credence.sqlite" <<'PYTHON' || fail "the journal is not the same"
import sqlite3, sys
one, two = (sqlite3.connect(path) for path in sys.argv[1:])
for table in ["entry", "payload", "payload_key", "tile", "checkpoint", "receipt", "batch_error", "public_count"]:
    rows = [list(connection.execute(f"select * from {table} order by 1, 2")) for connection in (one, two)]
    assert rows[0] == rows[1], table
    assert rows[0] or table in ("public_count", "batch_error"), table
PYTHON
else
    say "NOT RUN ON POSTGRESQL: set CREDENCE_TEST_POSTGRES to the address of a superuser of a running cluster"
fi
