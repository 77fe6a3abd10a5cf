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
