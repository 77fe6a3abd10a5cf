//! Signed notes (C2SP signed-note): a text, an empty line, and signature lines, with Ed25519 keys.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The byte that names Ed25519 in a key.
const ED25519: u8 = 0x01;
/// A note is at most this long: no checkpoint or promise comes near it.
const NOTE_BYTES_MAX: usize = 1_000_000;
/// A note has at most this many signatures.
const SIGNATURES_MAX: usize = 100;

/// Why a note or a key cannot be read, or a signature does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text is not of the form of a signed note.
    #[error("it is not a signed note: {0}")]
    Form(&'static str),
    /// A key name is empty or has a space or a plus sign.
    #[error("`{0}` cannot be the name of a key")]
    Name(String),
    /// A verifier key cannot be read.
    #[error("`{0}` is not a public key of the form name+hash+key")]
    PublicKey(String),
    /// A signer key cannot be read; it is not repeated.
    #[error("the private key is not of the form PRIVATE+KEY+name+hash+key")]
    PrivateKey,
    /// No signature is of this key.
    #[error("it is not signed by `{0}`")]
    Unsigned(String),
    /// The signature of this key does not hold.
    #[error("the signature of `{0}` does not hold")]
    Signature(String),
}

/// One signature line: the name of a key, its number, and the signature, whoever made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// The key's number: the first four bytes of a digest of name and key.
    pub key_id: u32,
    /// The signature's bytes; for a witness's cosignature they hold a time too.
    pub bytes: Vec<u8>,
}

/// A note with its signatures. Signatures of unknown keys, such as cosignatures of witnesses, are kept as
/// they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Reads a note. It accepts exactly what [`SignedNote::to_text`] writes, with at least one signature.
    ///
    /// # Errors
    /// When it is not of that form. No signature is checked here.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Form("it is longer than a million bytes"));
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Form("it is not text"))?;
        let split =
            note.rfind("\n\n").ok_or(NoteError::Form("it has no empty line before its signatures"))?;
        let (text, rest) = note.split_at_checked(split + 1).ok_or(NoteError::Form("it is cut off"))?;
        let lines = rest
            .strip_prefix('\n')
            .and_then(|lines| lines.strip_suffix('\n'))
            .ok_or(NoteError::Form("its last line has no end"))?;
        check_text(text)?;
        let signatures = lines.split('\n').map(read_signature).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(NoteError::Form("it has more than a hundred signatures"));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text that is signed; it ends with a line end.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All signatures, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature, such as a witness's cosignature, unless it is there already.
    ///
    /// # Errors
    /// When its key's name cannot stand in a note, or there are a hundred signatures.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        check_name(&signature.name)?;
        if self.signatures.contains(&signature) {
            return Ok(());
        }
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::Form("it has more than a hundred signatures"));
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// The whole note: text, empty line, signature lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut note = self.text.clone();
        note.push('\n');
        for signature in &self.signatures {
            let mut bytes = signature.key_id.to_be_bytes().to_vec();
            bytes.extend_from_slice(&signature.bytes);
            // Writing into a string cannot fail.
            let _ = writeln!(note, "\u{2014} {} {}", signature.name, STANDARD.encode(bytes));
        }
        note
    }

    /// Checks that this key signed the note, and gives the text.
    ///
    /// # Errors
    /// [`NoteError::Unsigned`] without a signature of this key, [`NoteError::Signature`] when one does not hold.
    pub fn verify(&self, verifier: &Verifier) -> Result<&str, NoteError> {
        let mut signed = false;
        for signature in &self.signatures {
            if signature.name == verifier.name && signature.key_id == verifier.key_id {
                let holds = Signature::from_slice(&signature.bytes)
                    .and_then(|signature| verifier.key.verify_strict(self.text.as_bytes(), &signature));
                holds.map_err(|_| NoteError::Signature(verifier.name.clone()))?;
                signed = true;
            }
        }
        if signed { Ok(&self.text) } else { Err(NoteError::Unsigned(verifier.name.clone())) }
    }
}

fn read_signature(line: &str) -> Result<NoteSignature, NoteError> {
    let malformed = NoteError::Form("a signature line cannot be read");
    let (name, encoded) =
        line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(malformed.clone())?;
    check_name(name)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| malformed.clone())?;
    let (key_id, bytes) = bytes.split_first_chunk::<4>().ok_or(malformed.clone())?;
    if bytes.is_empty() {
        return Err(malformed);
    }
    Ok(NoteSignature { name: name.to_owned(), key_id: u32::from_be_bytes(*key_id), bytes: bytes.to_vec() })
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') {
        return Err(NoteError::Form("its text does not end with a line end"));
    }
    if text.chars().any(|character| character < ' ' && character != '\n') {
        return Err(NoteError::Form("it holds a control character"));
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let forbidden = |character: char| character.is_whitespace() || character.is_control() || character == '+';
    if name.is_empty() || name.contains(forbidden) { Err(NoteError::Name(name.to_owned())) } else { Ok(()) }
}

/// The number of a key: the first four bytes of SHA-256 over its name, a line end, the algorithm and the key.
fn key_id(name: &str, key: &VerifyingKey) -> u32 {
    let mut digest = Sha256::new();
    digest.update(name.as_bytes());
    digest.update([b'\n', ED25519]);
    digest.update(key.as_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    digest.first_chunk::<4>().map_or(0, |first| u32::from_be_bytes(*first))
}

fn encode_key(key: &[u8; 32]) -> String {
    let mut bytes = Zeroizing::new(vec![ED25519]);
    bytes.extend_from_slice(key);
    STANDARD.encode(bytes.as_slice())
}

fn decode_key(text: &str) -> Option<[u8; 32]> {
    let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
    let (algorithm, key) = bytes.split_first()?;
    if *algorithm == ED25519 { key.try_into().ok() } else { None }
}

/// A public key with the name of its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key_id: u32,
    key: VerifyingKey,
}

impl Verifier {
    /// Reads a verifier key: `name+hash+key`, with the key's number in hexadecimal and the key in base64.
    ///
    /// # Errors
    /// When it is not of that form, the number is not the key's, or the key is a weak one.
    pub fn parse(vkey: &str) -> Result<Self, NoteError> {
        let malformed = || NoteError::PublicKey(vkey.to_owned());
        let (name, rest) = vkey.split_once('+').ok_or_else(malformed)?;
        let (_, encoded) = rest.split_once('+').ok_or_else(malformed)?;
        check_name(name)?;
        let key =
            VerifyingKey::from_bytes(&decode_key(encoded).ok_or_else(malformed)?).map_err(|_| malformed())?;
        if key.is_weak() {
            return Err(malformed());
        }
        let verifier = Self { name: name.to_owned(), key_id: key_id(name, &key), key };
        if verifier.to_vkey() == vkey { Ok(verifier) } else { Err(malformed()) }
    }

    /// The verifier key as it is published.
    #[must_use]
    pub fn to_vkey(&self) -> String {
        format!("{}+{:08x}+{}", self.name, self.key_id, encode_key(self.key.as_bytes()))
    }

    /// The name of the key: for a journal, its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of the key.
    #[must_use]
    pub fn key_id(&self) -> u32 {
        self.key_id
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Verifier").field(&self.to_vkey()).finish()
    }
}

/// A private key with the name of its holder.
pub struct Signer {
    key: SigningKey,
    verifier: Verifier,
}

impl Signer {
    /// The signer with this name and Ed25519 seed.
    ///
    /// # Errors
    /// When the name is empty or has a space or a plus sign.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        let key = SigningKey::from_bytes(seed);
        let public = key.verifying_key();
        let verifier = Verifier { name: name.to_owned(), key_id: key_id(name, &public), key: public };
        Ok(Self { key, verifier })
    }

    /// Reads a signer key as other tools of this field write it: `PRIVATE+KEY+name+hash+key`.
    ///
    /// # Errors
    /// When it is not of that form.
    pub fn parse(skey: &str) -> Result<Self, NoteError> {
        let (name, rest) = skey
            .strip_prefix("PRIVATE+KEY+")
            .and_then(|rest| rest.split_once('+'))
            .ok_or(NoteError::PrivateKey)?;
        let (_, encoded) = rest.split_once('+').ok_or(NoteError::PrivateKey)?;
        let seed = Zeroizing::new(decode_key(encoded).ok_or(NoteError::PrivateKey)?);
        let signer = Self::from_seed(name, &seed).map_err(|_| NoteError::PrivateKey)?;
        if signer.to_skey().as_str() == skey { Ok(signer) } else { Err(NoteError::PrivateKey) }
    }

    /// The signer key as other tools of this field read it, wiped from memory when dropped. Keep it secret.
    #[must_use]
    pub fn to_skey(&self) -> Zeroizing<String> {
        let seed = Zeroizing::new(self.key.to_bytes());
        let encoded = Zeroizing::new(encode_key(&seed));
        Zeroizing::new(format!(
            "PRIVATE+KEY+{}+{:08x}+{}",
            self.verifier.name,
            self.verifier.key_id,
            encoded.as_str()
        ))
    }

    /// The public key.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The name of the key: for a journal, its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.verifier.name
    }

    /// Signs a text, which must end with a line end.
    ///
    /// # Errors
    /// When the text cannot be a note's.
    pub fn sign(&self, text: &str) -> Result<SignedNote, NoteError> {
        check_text(text)?;
        Ok(SignedNote { text: text.to_owned(), signatures: vec![self.signature(text)] })
    }

    /// The signature of a text, to be added to a note that others signed.
    #[must_use]
    pub fn signature(&self, text: &str) -> NoteSignature {
        NoteSignature {
            name: self.verifier.name.clone(),
            key_id: self.verifier.key_id,
            bytes: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        }
    }
}

/// The private key is not shown.
impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Signer").field(&self.verifier.to_vkey()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The example of the signed-note specification and of the package it comes from.
    const PEOPLE_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const PEOPLE_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn signer() -> Signer {
        Signer::from_seed("credence.example/demo", &[3; 32]).unwrap()
    }

    #[test]
    fn the_published_example_verifies() {
        let verifier = Verifier::parse(PEOPLE_KEY).unwrap();
        let note = SignedNote::parse(PEOPLE_NOTE.as_bytes()).unwrap();
        assert!(note.verify(&verifier).unwrap().starts_with("If you think"));
        assert_eq!(note.to_text(), PEOPLE_NOTE);
        assert_eq!(verifier.to_vkey(), PEOPLE_KEY);
    }

    #[test]
    fn a_note_keeps_signatures_of_unknown_keys() {
        let mut note = signer().sign("a\nb\n").unwrap();
        let witness = NoteSignature { name: "witness.example".to_owned(), key_id: 7, bytes: vec![1; 72] };
        note.add(witness.clone()).unwrap();
        note.add(witness.clone()).unwrap();
        let read = SignedNote::parse(note.to_text().as_bytes()).unwrap();
        assert_eq!(read, note);
        assert_eq!(read.signatures().len(), 2);
        assert_eq!(read.signatures()[1], witness);
        assert_eq!(read.verify(signer().verifier()), Ok("a\nb\n"));
    }

    #[test]
    fn a_note_that_this_key_did_not_sign_is_refused() {
        let other = Signer::from_seed("credence.example/other", &[4; 32]).unwrap();
        let namesake = Signer::from_seed("credence.example/demo", &[4; 32]).unwrap();
        let verifier = signer().verifier().clone();
        let unsigned = Err(NoteError::Unsigned("credence.example/demo".to_owned()));
        assert_eq!(other.sign("a\n").unwrap().verify(&verifier), unsigned);
        assert_eq!(namesake.sign("a\n").unwrap().verify(&verifier), unsigned);
        // A second signature of the same key that does not hold is not passed over.
        let mut note = signer().sign("a\n").unwrap();
        note.add(signer().signature("b\n")).unwrap();
        assert_eq!(note.verify(&verifier), Err(NoteError::Signature("credence.example/demo".to_owned())));
    }

    #[test]
    fn every_changed_bit_of_a_note_is_noticed() {
        let note = signer().sign("credence\n12\n").unwrap().to_text().into_bytes();
        for place in 0..note.len() * 8 {
            let mut changed = note.clone();
            changed[place / 8] ^= 1 << (place % 8);
            let holds =
                SignedNote::parse(&changed).is_ok_and(|note| note.verify(signer().verifier()).is_ok());
            assert!(!holds, "bit {place}");
        }
        for length in 0..note.len() {
            assert!(SignedNote::parse(&note[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn texts_and_names_that_cannot_stand_in_a_note_are_refused() {
        for text in ["", "no end", "tab\there\n", "\r\n"] {
            assert!(signer().sign(text).is_err(), "{text:?}");
        }
        for name in ["", "a b", "a+b", "a\nb", "a\u{3000}b"] {
            assert!(Signer::from_seed(name, &[3; 32]).is_err(), "{name:?}");
        }
        for note in [
            "",
            "\n",
            "\n\n",
            "a\n\n\n",
            "a\n\n\u{2014} n AAAA",
            "a\n\n\u{2014} n AAAAAA==\n",
            "a\n\n- n AAAAAAA=\n",
        ] {
            assert!(SignedNote::parse(note.as_bytes()).is_err(), "{note:?}");
        }
    }

    #[test]
    fn a_key_reads_back_and_a_damaged_one_is_refused() {
        let signer = signer();
        let vkey = signer.verifier().to_vkey();
        assert_eq!(Verifier::parse(&vkey).unwrap(), *signer.verifier());
        assert_eq!(Signer::parse(&signer.to_skey()).unwrap().verifier(), signer.verifier());
        for place in 0..vkey.len() {
            let mut changed = vkey.clone().into_bytes();
            changed[place] ^= 1;
            assert!(std::str::from_utf8(&changed).is_ok_and(|key| Verifier::parse(key).is_err()), "{place}");
        }
        assert!(Signer::parse(&vkey).is_err());
        // The neutral point signs everything.
        let mut weak = [0; 32];
        weak[0] = 1;
        let key = VerifyingKey::from_bytes(&weak).unwrap();
        let verifier = Verifier { name: "a".to_owned(), key_id: key_id("a", &key), key };
        assert!(Verifier::parse(&verifier.to_vkey()).is_err());
    }

    #[test]
    fn a_signer_does_not_show_its_key() {
        assert_eq!(format!("{:?}", signer()), format!("Signer({:?})", signer().verifier().to_vkey()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_readers_fail(bytes: Vec<u8>, text in ".*") {
            if let Ok(note) = SignedNote::parse(&bytes) {
                prop_assert_eq!(note.to_text().into_bytes(), bytes);
            }
            prop_assert!(Verifier::parse(&text).is_err());
            prop_assert!(Signer::parse(&text).is_err());
        }
    }
}
