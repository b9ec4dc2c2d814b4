//! From secret to signing key to signature.
//!
//! `HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service), "aws4_request")`; see
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use ring::hmac::{HMAC_SHA256, Key, Tag, sign};
use zeroize::Zeroizing;

use super::{Credential, SecretKey, TERMINATOR};

/// The key that signs in this scope: four HMACs deep.
pub(super) fn derive(secret: &SecretKey, scope: &Credential) -> Key {
    let start = Zeroizing::new(format!("AWS4{}", secret.expose()));
    let mut key = Key::new(HMAC_SHA256, start.as_bytes());
    for word in [scope.date.as_str(), &scope.region, &scope.service, TERMINATOR] {
        key = next(&key, word);
    }
    key
}

/// The signature of a string to sign.
pub(super) fn signature(key: &Key, string_to_sign: &str) -> Tag {
    sign(key, string_to_sign.as_bytes())
}

/// Whether this is the signature; takes the same time whatever the answer.
pub(super) fn is_signature(key: &Key, string_to_sign: &str, signature: &[u8; 32]) -> bool {
    ring::hmac::verify(key, string_to_sign.as_bytes(), signature).is_ok()
}

fn next(key: &Key, word: &str) -> Key {
    Key::new(HMAC_SHA256, sign(key, word.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS's worked example of the derivation, with the signing key it arrives at.
    #[test]
    fn derives_the_published_key() {
        let secret = SecretKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned());
        let text = "AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request";
        let derived = derive(&secret, &Credential::parse(text).unwrap());
        let published = "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";
        let published = Key::new(HMAC_SHA256, &crate::hex::decode_32(published).unwrap());
        assert_eq!(signature(&derived, "any").as_ref(), signature(&published, "any").as_ref());
    }

    /// AWS's get-vanilla example: its canonical request hashes to this, its signature is that.
    #[test]
    fn signs_the_published_string_as_published() {
        let secret = SecretKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned());
        let text = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
        let key = derive(&secret, &Credential::parse(text).unwrap());
        let string_to_sign = "AWS4-HMAC-SHA256\n20150830T123600Z\n\
            20150830/us-east-1/service/aws4_request\n\
            bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63";
        let expected = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        let tag = signature(&key, string_to_sign);
        assert_eq!(crate::hex::encode(tag.as_ref()), expected);
        let good = crate::hex::decode_32(expected).unwrap();
        assert!(is_signature(&key, string_to_sign, &good));
        assert!(!is_signature(&key, string_to_sign, &[0; 32]));
    }
}
