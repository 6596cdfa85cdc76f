//! Characters that a person does not see, or takes for others.

/// Why a character is not what it seems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hidden {
    /// Letters of the tag block, which carry whole sentences invisibly.
    Tag,
    /// Characters that turn the reading direction.
    Direction,
    /// Characters without width.
    ZeroWidth,
    /// Selectors of glyph variants, which can carry bytes.
    Selector,
}

/// What is hidden about a character, if anything.
pub(crate) fn hidden(c: char) -> Option<Hidden> {
    match c {
        '\u{e0000}'..='\u{e007f}' => Some(Hidden::Tag),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(Hidden::Direction),
        '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{180e}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{ffa0}' => Some(Hidden::ZeroWidth),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Some(Hidden::Selector),
        _ => None,
    }
}

/// The characters of a text outside of ASCII, with their places. Most texts have few or none, so what lies between is
/// passed over without being decoded.
pub(crate) fn beyond_ascii(text: &str) -> impl Iterator<Item = (usize, char)> {
    const STEP: usize = 64;
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        while bytes.get(at..at + STEP).is_some_and(<[u8]>::is_ascii) {
            at += STEP;
        }
        let here = at + bytes[at..].iter().position(|byte| !byte.is_ascii())?;
        let c = text[here..].chars().next()?;
        at = here + c.len_utf8();
        Some((here, c))
    })
}

/// What a text has that most have not, so that it need not be looked for again and again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Strange {
    /// Something [`hidden`].
    pub(crate) hidden: bool,
    /// Letters of another [`script`].
    pub(crate) scripts: bool,
}

impl Strange {
    pub(crate) fn of(text: &str) -> Self {
        let mut strange = Self::default();
        for (_, c) in beyond_ascii(text) {
            strange.hidden |= hidden(c).is_some();
            strange.scripts |= script(c) == Some(Script::Other);
        }
        strange
    }
}

/// Whether a character takes no place of its own on a screen.
pub(crate) fn is_invisible(c: char) -> bool {
    hidden(c).is_some() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{ad}' | '\u{034f}')
}

/// The bytes that a run of tag letters or variant selectors carries, as text.
pub(crate) fn carried(run: &str) -> String {
    let bytes: Vec<u8> = run
        .chars()
        .filter_map(|c| match u32::from(c) {
            point @ 0xe0020..=0xe007e => u8::try_from(point - 0xe0000).ok(),
            point @ 0xfe00..=0xfe0f => u8::try_from(point - 0xfe00).ok(),
            point @ 0xe0100..=0xe01ef => u8::try_from(point - 0xe0100 + 16).ok(),
            _ => None,
        })
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The Latin letter that a Cyrillic or Greek one is taken for, or a full-width form stands for.
pub(crate) fn latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'ѡ' | 'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_ascii_lowercase(),
        _ => c,
    }
}

/// The script of a letter, as far as it matters for words that mix two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Latin,
    Other,
}

/// The script of a letter; `None` for what is no letter, or one that is not taken for a Latin one.
pub(crate) fn script(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' => Some(Script::Latin),
        '\u{370}'..='\u{52f}' if c.is_alphabetic() && c != 'µ' && c != 'μ' && c != 'π' && c != 'Δ' && c != 'Σ' => {
            Some(Script::Other)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tags_and_selectors_carry_is_read() {
        let tags: String = "send it".bytes().map(|b| char::from_u32(0xe0000 + u32::from(b)).unwrap()).collect();
        assert_eq!(carried(&tags), "send it");
        let selectors: String = "go".bytes().map(|b| char::from_u32(0xe0100 + u32::from(b) - 16).unwrap()).collect();
        assert_eq!(carried(&selectors), "go");
    }

    #[test]
    fn characters_beyond_ascii_are_all_seen() {
        for text in ["", "plain", "é", "aé", "éa", &format!("{}é{}ß", "x".repeat(63), "y".repeat(200))] {
            let slowly: Vec<_> = text.char_indices().filter(|(_, c)| !c.is_ascii()).collect();
            assert_eq!(beyond_ascii(text).collect::<Vec<_>>(), slowly, "{text}");
        }
    }

    #[test]
    fn what_is_strange_about_a_text_is_told() {
        let strange = |hidden, scripts| Strange { hidden, scripts };
        for (text, wanted) in [
            ("plain — “text” →", strange(false, false)),
            ("a\u{200b}b", strange(true, false)),
            ("p\u{430}y", strange(false, true)),
        ] {
            assert_eq!(Strange::of(text), wanted, "{text}");
        }
    }

    #[test]
    fn twins_of_latin_letters_are_read_as_those() {
        assert_eq!("раssԝord".chars().map(latin).collect::<String>(), "password");
        assert_eq!("ｃｕｒｌ".chars().map(latin).collect::<String>(), "curl");
    }
}
