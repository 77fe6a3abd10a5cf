# shellcheck shell=bash
# What `run` and `test` share: plain words on what is done, and installing what is missing. Sourced, never run.

say() {
    printf '%s\n' "$*"
}

# Says why it cannot go on, and what to do.
give_up() {
    printf 'error: %s\n' "$1" >&2
    shift
    for line in "$@"; do
        printf '       %s\n' "$line" >&2
    done
    exit 1
}

# Installs packages of Debian. It is asked only for what was found to be missing.
install_packages() {
    if [ "$(id -u)" -ne 0 ]; then
        give_up "missing and needed: $*" "run this, then try again:" "sudo apt-get install -y --no-install-recommends $*"
    fi
    command -v apt-get >/dev/null || give_up "missing and needed: $*" "install them with this system's package manager, then try again"
    say "Installing $* (Debian packages)."
    export DEBIAN_FRONTEND=noninteractive
    # The list of packages may be old or empty; the first try saves the update where it is not.
    if ! apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; then
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    fi
}

# The Rust toolchain, and a C compiler: SQLite is compiled into the program, and Rust links with it.
need_toolchain() {
    if ! command -v cargo >/dev/null && [ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
        export PATH
    fi
    command -v cargo >/dev/null || give_up "there is no Rust toolchain" "install Rust 1.95 or newer with rustup: https://rustup.rs"
    local missing=()
    command -v cc >/dev/null || missing+=(gcc)
    [ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
    if [ "${#missing[@]}" -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
}

# Whether someone listens on an address of this machine: listens HOST PORT
listens() {
    (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}

# Node.js with npm, for the OpenID provider of the tests and for the browser. Debian 12 has 18, which is too old for both: then a
# newer one is fetched by npm into the target folder, for these tests alone.
need_node() {
    command -v npm >/dev/null || install_packages nodejs npm
    if node_is_new_enough; then
        return 0
    fi
    local place
    place=$(readlink -m "${CARGO_TARGET_DIR:-target}")/node
    PATH="$place/node_modules/.bin:$PATH"
    export PATH
    if ! node_is_new_enough; then
        say "Installing Node.js 22 for the tests (by npm, into $place)."
        mkdir -p "$place"
        npm install --prefix "$place" --no-fund --no-audit --silent node@22 >/dev/null
        hash -r
        node_is_new_enough || give_up "Node.js 20.12 or newer is needed for the tests, with npm"
    fi
}

node_is_new_enough() {
    node -e 'process.exit(typeof require("node:crypto").hash === "function" ? 0 : 1)' 2>/dev/null
}

# Python with room for packages of its own, for the tests of the API.
need_python() {
    local missing=()
    command -v python3 >/dev/null || missing+=(python3)
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    if [ "${#missing[@]}" -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
}

# Debian's Chromium and a font with Chinese characters, for the tests of the pages.
need_browser() {
    local missing=()
    [ -x "${CREDENCE_CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium)
    command -v fc-list >/dev/null || missing+=(fontconfig)
    [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
    if [ "${#missing[@]}" -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
}
