//! Literals that nobody can read, and code that makes text of numbers.

use crate::code::At;
use crate::code::Code;
use crate::code::Token;
use crate::decode;
use crate::needles::Set;

/// Bytes of the shortest literal that is called so.
pub(crate) const SHORTEST: usize = 80;

/// Whether a literal is long, and nothing that a person or a usual format writes.
pub(crate) fn is_opaque(text: &str) -> bool {
    if text.len() < SHORTEST {
        return false;
    }
    let numbers = text.split(',').count();
    if numbers >= 40 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b' ' | b'-')) {
        return true;
    }
    let spaces = text.bytes().filter(u8::is_ascii_whitespace).count();
    spaces * 40 < text.len()
        && !text.contains("://")
        && !text.contains('/') | (decode::entropy(text) > 5.2)
        && decode::entropy(text) > 4.6
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_uppercase())
        && !text.starts_with("data:")
}

/// Functions that make text.
const MAKE_TEXT: Set<6> =
    Set::new(["bytes", "chr", "string.fromcharcode", "bytearray", "string.fromcodepoint", ".join"]);

/// Whether code turns numbers or letters into text by arithmetic: the way of those who hide what a text says.
pub(super) fn unscrambles(code: &Code) -> Option<usize> {
    let mut makes_text = None;
    let mut arithmetic = false;
    for (index, at) in code.tokens.iter().enumerate() {
        match &at.token {
            Token::Name(name) => {
                let called = || matches!(code.tokens.get(index + 1), Some(At { token: Token::Mark('('), .. }));
                if MAKE_TEXT.contains_in_any_case(name) && called() {
                    makes_text.get_or_insert(at.at);
                }
                arithmetic |= name.eq_ignore_ascii_case("pow") && called();
            }
            Token::Mark('^') => arithmetic = true,
            _ => {}
        }
    }
    makes_text.filter(|_| arithmetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_literals_are_told_from_texts() {
        assert!(is_opaque(&"156,230,95,".repeat(20)));
        assert!(is_opaque(
            "-2U_Pzw7t<zx?p>^8WGr?7#i`^YG}u_VK^#`t9=e@&5Cb==bpc^7g;ExxeW6`s=^<>+A3ArLeI0_UrfR{jvP;^04jt`~Ljv"
        ));
        assert!(!is_opaque(
            "This is a long sentence that a person wrote, with 2 numbers and Capital letters, so it is not opaque."
        ));
        assert!(!is_opaque(&"0".repeat(100)));
    }
}
