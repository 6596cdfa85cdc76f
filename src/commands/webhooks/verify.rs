//! `webhooks verify`: whether a delivery is from the drive. It asks nobody: the body, the secret and the signature tell.

use std::io::IsTerminal as _;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use hmac::Hmac;
use hmac::KeyInit as _;
use hmac::Mac as _;
use serde::Serialize;
use sha2::Sha256;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;

/// The largest body, and the largest secret, in bytes; a delivery is some hundred.
const MOST_BODY: u64 = 16 << 20;
const MOST_SECRET: u64 = 4 << 10;

/// Check that a delivery is signed with a webhook's secret
///
/// The body comes on standard input, byte for byte as it was received: a newline that was added or JSON that was written
/// anew is another body. Ends with 1 when the signature is wrong.
#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// The file that holds the secret; one newline at its end does not count
    #[arg(long, value_name = "FILE")]
    secret_file: PathBuf,
    /// What X-Skillzdrive-Signature says, with or without `sha256=`
    #[arg(long, value_name = "SIGNATURE")]
    signature: String,
}

#[derive(Serialize)]
struct VerifyJson {
    valid: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 when the signature is wrong or the file cannot be read; exit 2 when there is no secret or no body.
pub(super) fn run(ctx: &Context, args: &VerifyArgs) -> Result<Outcome> {
    let secret = read_secret(&args.secret_file)?;
    let signature = parse(&args.signature).ok_or_else(|| {
        Error::new(Kind::Failure, "the signature is not the 64 hexadecimal digits of a SHA-256")
            .code("bad_signature_form")
            .hint("give what X-Skillzdrive-Signature says: sha256=…")
    })?;
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Error::usage("the body of the delivery comes on standard input")
            .code("no_body_given")
            .hint("skillzdrive webhooks verify --secret-file FILE --signature SIGNATURE < BODY"));
    }
    let body = read(stdin.lock(), Path::new("standard input"), MOST_BODY)?;
    if !is_signed(&secret, &signature, &body)? {
        return Err(Error::new(Kind::Failure, "the signature is not that of this body with this secret")
            .code("signature_mismatch")
            .hint("the body must be as it was received, byte for byte, and the secret that of this webhook"));
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&VerifyJson { valid: true })?;
    } else {
        ctx.ui.status("the signature is right");
    }
    Ok(Outcome::Done)
}

/// The comparison inside takes the same time whatever differs.
fn is_signed(secret: &[u8], signature: &[u8; 32], body: &[u8]) -> Result<bool> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret).map_err(|e| Error::internal("a secret of no length").source(e))?;
    mac.update(body);
    Ok(mac.verify_slice(signature).is_ok())
}

fn read_secret(path: &Path) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).map_err(|e| Error::io("read", path, e))?;
    let mut secret = read(file, path, MOST_SECRET)?;
    if secret.last() == Some(&b'\n') {
        secret.pop();
        if secret.last() == Some(&b'\r') {
            secret.pop();
        }
    }
    if secret.is_empty() {
        return Err(Error::usage(format!("there is no secret in `{}`", path.display())).code("no_secret_given"));
    }
    Ok(secret)
}

fn read(from: impl std::io::Read, path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes).map_err(|e| Error::io("read", path, e))?;
    if bytes.len() as u64 > most {
        return Err(Error::usage(format!("{} holds more than {most} bytes", path.display())).code("too_large"));
    }
    Ok(bytes)
}

/// The digest in a signature, in either case of its digits.
fn parse(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let digits = text.strip_prefix("sha256=").unwrap_or(text).as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const DIGEST: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn the_published_example_is_signed_and_nothing_near_it() {
        let digest = parse(DIGEST).unwrap();
        let body = b"what do ya want for nothing?";
        assert!(is_signed(b"Jefe", &digest, body).unwrap());
        assert!(!is_signed(b"jefe", &digest, body).unwrap());
        assert!(!is_signed(b"Jefe", &digest, b"what do ya want for nothing?\n").unwrap());
        let mut other = digest;
        other[31] ^= 1;
        assert!(!is_signed(b"Jefe", &other, body).unwrap());
    }

    #[test]
    fn a_signature_has_two_forms() {
        for text in [DIGEST.to_owned(), format!("sha256={DIGEST}"), format!(" sha256={}\n", DIGEST.to_uppercase())] {
            assert_eq!(parse(&text), parse(DIGEST), "{text}");
        }
        for text in ["", "sha256=", "sha1=00", &DIGEST[1..], &format!("{DIGEST}0"), &DIGEST.replace('b', "g")] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
