//! Checkpoints (C2SP tlog-checkpoint): the size and root of a journal, signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::note::{NoteError, SignedNote, Signer, Verifier};

/// The size and root of a journal at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The journal's name, which is also the name of the key that signs for it. A journal that is begun anew
    /// after a loss has a new one.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a checkpoint cannot be read or does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is not a signed note, or not signed by the journal's key.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is not of the form of a checkpoint.
    #[error("it is not a checkpoint: {0}")]
    Form(&'static str),
    /// It is a checkpoint of another journal.
    #[error("it is a checkpoint of `{found}`, not of `{expected}`")]
    Origin {
        /// The journal that was expected.
        expected: String,
        /// The journal that it names.
        found: String,
    },
}

impl Checkpoint {
    /// The text that is signed: origin, size and root, a line each.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads the text. It accepts exactly what [`Checkpoint::to_text`] writes: extension lines, which this
    /// journal never writes, are refused.
    ///
    /// # Errors
    /// When it is not of that form.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let mut line = |missing| lines.next().ok_or(CheckpointError::Form(missing));
        let origin = line("the origin is missing")?;
        let size = line("the size is missing")?;
        let root = line("the root is missing")?;
        if origin.is_empty() {
            return Err(CheckpointError::Form("the origin is empty"));
        }
        let size = size.parse().map_err(|_| CheckpointError::Form("the size is not a number"))?;
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        let root = root.ok_or(CheckpointError::Form("the root is not 32 bytes in base64"))?;
        let checkpoint = Self { origin: origin.to_owned(), size, root };
        if checkpoint.to_text() == text {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Form("it would be written differently"))
        }
    }

    /// Signs the checkpoint.
    ///
    /// # Errors
    /// When the signer's name is not the checkpoint's origin.
    pub fn sign(&self, signer: &Signer) -> Result<SignedNote, CheckpointError> {
        self.check_origin(signer.name())?;
        Ok(signer.sign(&self.to_text())?)
    }

    /// Reads a signed checkpoint and checks the journal's signature and name.
    ///
    /// # Errors
    /// When it cannot be read, is not signed by this key, or is another journal's.
    pub fn open(note: &[u8], verifier: &Verifier) -> Result<Self, CheckpointError> {
        let note = SignedNote::parse(note)?;
        let checkpoint = Self::parse(note.verify(verifier)?)?;
        checkpoint.check_origin(verifier.name())?;
        Ok(checkpoint)
    }

    fn check_origin(&self, expected: &str) -> Result<(), CheckpointError> {
        if self.origin == expected {
            Ok(())
        } else {
            Err(CheckpointError::Origin { expected: expected.to_owned(), found: self.origin.clone() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "credence.example/demo".to_owned(), size: 12, root: [7; 32] }
    }

    #[test]
    fn a_checkpoint_is_three_lines() {
        let text = "credence.example/demo\n12\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n";
        assert_eq!(checkpoint().to_text(), text);
        assert_eq!(Checkpoint::parse(text).unwrap(), checkpoint());
    }

    #[test]
    fn only_the_one_text_of_a_checkpoint_is_read() {
        let text = checkpoint().to_text();
        for (from, to) in [
            ("credence.example/demo", ""),
            ("\n12\n", "\n012\n"),
            ("\n12\n", "\n+12\n"),
            ("\n12\n", "\n-1\n"),
            ("wc=\n", "wd=\n"),
            ("wc=\n", "w==\n"),
            ("wc=\n", "wc\n"),
            ("wc=\n", "wc="),
            ("wc=\n", "wc=\nextension\n"),
            ("\n12", ""),
        ] {
            let wrong = text.replacen(from, to, 1);
            assert_ne!(wrong, text);
            assert!(Checkpoint::parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_checkpoint_of_another_journal_is_refused() {
        let signer = Signer::from_seed("credence.example/demo", &[3; 32]).unwrap();
        let note = checkpoint().sign(&signer).unwrap();
        assert_eq!(Checkpoint::open(note.to_text().as_bytes(), signer.verifier()).unwrap(), checkpoint());
        let other = Checkpoint { origin: "credence.example/other".to_owned(), ..checkpoint() };
        assert!(matches!(other.sign(&signer), Err(CheckpointError::Origin { .. })));
        let note = signer.sign(&other.to_text()).unwrap();
        let opened = Checkpoint::open(note.to_text().as_bytes(), signer.verifier());
        assert!(matches!(opened, Err(CheckpointError::Origin { .. })));
    }
}
