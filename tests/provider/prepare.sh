#!/usr/bin/env bash
# Makes the provider ready to start, and prints the folder it stands in. Once it is ready nothing is fetched any more.
#   usage: tests/provider/prepare.sh        then: node "$(tests/provider/prepare.sh)/provider.mjs" --help
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
root=$(cd "$here/../.." && pwd)
target=$(cd "$root" && readlink -m "${CARGO_TARGET_DIR:-target}")
folder=$target/provider

# Version 18 lacks what the library needs; Debian 12 has 18.
if ! node -e 'process.exit(typeof require("node:crypto").hash === "function" ? 0 : 1)' 2>/dev/null; then
    echo "error: the tests of the sign-in need Node.js 20.12 or newer, with npm" >&2
    exit 1
fi

mkdir -p "$folder"
# Two tests may ask at the same time: the second waits for the first.
exec 9>"$folder/lock"
flock 9
cp -p "$here/provider.mjs" "$here/accounts.json" "$folder/"
if ! cmp -s "$here/package-lock.json" "$folder/ready"; then
    cp -p "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$folder/"
    (cd "$folder" && npm ci --prefer-offline --no-progress >"$folder/npm.log" 2>&1) || {
        cat "$folder/npm.log" >&2
        echo "error: the provider's packages could not be installed" >&2
        exit 1
    }
    cp -p "$here/package-lock.json" "$folder/ready"
fi
echo "$folder"
