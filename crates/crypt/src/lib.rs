//! What lies on the disk can be read with the key only.
//!
//! A [`RootKey`] comes from outside. It opens the [`Keys`] of a data directory, which lie there in
//! a ring. [`CryptDisk`] is a disk whose files are encrypted under them, chunk by chunk, so that
//! any range of a file can be read and checked; whoever uses it sees the bytes in the clear and
//! need not know. The journal, whose files grow frame by frame, asks for a [`FrameCipher`] instead.
//! `docs/formats/encrypted-file.md` and `docs/formats/key-ring.md` describe the bytes. This crate
//! asks nobody for keys, and takes its randomness as a parameter.

mod cipher;
mod disk;
mod error;
mod frame;
mod header;
mod key;
mod keys;
mod name;
mod random;
mod reading;
mod ring;
mod root;
mod writing;

pub use cipher::{Cipher, NONCE_BYTES, TAG_BYTES};
pub use disk::CryptDisk;
pub use error::Error;
pub use frame::{FRAME_BYTES_ADDED, FrameCipher};
pub use keys::{KeyBytes, Keys, RING};
pub use name::KeyName;
pub use random::Random;
pub use root::RootKey;
