//! The keys that a store is sealed under.

use clap::{Args, Subcommand};

/// `credence keys`
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Show the numbers of the keys in the ring, and on request what is under each
    List(KeysListArguments),
    /// Bring everything under a new key, while the store is served
    Rotate(KeysRotateArguments),
    /// Take the older keys out of the ring, once nothing is under them
    #[command(
        long_about = "Takes the keys older than the current ones out of the ring and keeps them in keys.retired.json beside it, \
                      where restoring looks for the keys of an old backup. It refuses as long as anything in the store is \
                      under one of them. Destroy keys.retired.json when no backup is left that needs it.",
        after_help = "Example:\n  credence keys retire --store ./data"
    )]
    Retire,
}

/// `credence keys list`
#[derive(Debug, Args)]
#[command(
    long_about = "Shows the numbers of the keys in the ring, never a key. With --count it reads every wrapped key and every \
                  sealed column and says how much is under which key.",
    after_help = "Examples:\n  credence keys list --store ./data\n  credence keys list --store ./data --count --json"
)]
pub struct KeysListArguments {
    /// Count what is under each key; reads a row for each entry
    #[arg(long)]
    pub count: bool,
}

/// `credence keys rotate`
#[derive(Debug, Args)]
#[command(
    long_about = "Adds a new key and a new index key to the ring, wraps every payload's key anew, seals every sealed column \
                  anew and makes every keyed digest again, while inquiries and filing go on: the pen is held for some ten \
                  milliseconds at a time. No payload and no leaf changes. What is broken off is gone on with by the same \
                  command. Running servers take the changed ring up by themselves.\n\n\
                  Where several machines have a keys.json of their own, prepare first, copy the file to each of them, and \
                  rotate then: a server without the new key refuses to write until it has it.",
    after_help = "Examples:\n  credence keys rotate --store ./data\n  \
                  credence keys rotate --prepare --store postgres://credence@localhost/credence --keys ./keys"
)]
pub struct KeysRotateArguments {
    /// Add the new keys to the ring without using them yet
    #[arg(long)]
    pub prepare: bool,
}
