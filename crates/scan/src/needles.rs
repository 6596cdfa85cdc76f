//! Fixed words that are looked for in texts: a set that words are compared with, and needles that are looked for together.
//! Both are asked again and again and nearly always in vain, so both first tell at a glance that nothing is there.

/// A set of words of ASCII.
pub(crate) struct Set<const N: usize> {
    words: [&'static str; N],
    glances: Glances,
}

/// Bits by which most words are told from those of a set.
#[derive(Clone, Copy)]
pub(crate) struct Glances([u64; 8]);

impl<const N: usize> Set<N> {
    pub(crate) const fn new(words: [&'static str; N]) -> Self {
        let mut glances = Glances([0; 8]);
        let mut n = 0;
        while n < N {
            let bit = glance(words[n].as_bytes());
            glances.0[bit / 64] |= 1 << (bit % 64);
            n += 1;
        }
        Self { words, glances }
    }

    /// Whether a word is in it.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.glances.may_have(glance(word.as_bytes())) && self.words.contains(&word)
    }

    /// Whether a word is in it, in any case.
    pub(crate) fn contains_in_any_case(&self, word: &str) -> bool {
        self.glances.may_have(glance(word.as_bytes())) && self.words.iter().any(|one| one.eq_ignore_ascii_case(word))
    }

    /// What its words are like.
    pub(crate) const fn glances(&self) -> Glances {
        self.glances
    }
}

impl Glances {
    /// Those of either set.
    pub(crate) const fn or(mut self, other: Self) -> Self {
        let mut n = 0;
        while n < 8 {
            self.0[n] |= other.0[n];
            n += 1;
        }
        self
    }

    /// Whether a word may be in the set, by its [`glance`]; that it is not is certain.
    pub(crate) fn may_have(&self, glance: usize) -> bool {
        self.0[glance / 64] >> (glance % 64) & 1 == 1
    }
}

/// What a word is like: its length and three of its letters, both cases of which are the same.
pub(crate) const fn glance(word: &[u8]) -> usize {
    let length = word.len();
    if length == 0 {
        return 0;
    }
    let first = word[0] as usize & 31;
    let middle = word[length / 2] as usize & 31;
    let last = word[length - 1] as usize & 31;
    (first * 37 + middle * 149 + last * 11 + length * 67) % 512
}

/// Words that are looked for together, in one pass.
pub(crate) struct Needles<const N: usize> {
    words: [&'static str; N],
    /// Letters of the shortest.
    shortest: usize,
    /// For each pair of letters how far one may go on from a window that ends in it; 0 where a word may stand there.
    steps: [u8; 1024],
    /// Whether a word begins with a pair of letters.
    firsts: [u32; 32],
}

/// The number of a pair of letters: each is told by its low five bits, which both of its cases share.
const fn pair(one: u8, other: u8) -> usize {
    (one as usize & 31) << 5 | other as usize & 31
}

impl<const N: usize> Needles<N> {
    /// For words of at least two letters.
    pub(crate) const fn new(words: [&'static str; N]) -> Self {
        let mut shortest = 255;
        let mut n = 0;
        while n < N {
            if words[n].len() < shortest {
                shortest = words[n].len();
            }
            n += 1;
        }
        let (mut steps, mut firsts) = ([shortest as u8 - 1; 1024], [0; 32]);
        n = 0;
        while n < N {
            let word = words[n].as_bytes();
            firsts[word[0] as usize & 31] |= 1 << (word[1] & 31);
            let mut end = 1;
            while end < shortest {
                let place = pair(word[end - 1], word[end]);
                let step = (shortest - 1 - end) as u8;
                if step < steps[place] {
                    steps[place] = step;
                }
                end += 1;
            }
            n += 1;
        }
        Self { words, shortest, steps, firsts }
    }

    /// The first of the words that stands at or after a byte, in any case: where, and which.
    pub(crate) fn find(&self, text: &[u8], mut at: usize) -> Option<(usize, &'static str)> {
        loop {
            let end = at + self.shortest;
            let &[one, other] = text.get(end - 2..end)? else { return None };
            let step = usize::from(self.steps[pair(one, other)]);
            if step > 0 {
                at += step;
                continue;
            }
            if self.firsts[usize::from(text[at] & 31)] >> (text[at + 1] & 31) & 1 == 1 {
                let stands = |word: &&&str| {
                    text.get(at..at + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
                };
                if let Some(word) = self.words.iter().find(stands) {
                    return Some((at, word));
                }
            }
            at += 1;
        }
    }

    /// Whether a word is one of these.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.contains(&word)
    }

    /// Whether one of the words stands in a text, in any case.
    pub(crate) fn any_in(&self, text: &str) -> bool {
        self.find(text.as_bytes(), 0).is_some()
    }

    /// Whether one of the words stands in a text as it is written.
    pub(crate) fn in_their_case(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let mut at = 0;
        while let Some((place, _)) = self.find(text, at) {
            if self.words.iter().any(|word| text[place..].starts_with(word.as_bytes())) {
                return true;
            }
            at = place + 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_set_are_known() {
        const SET: Set<4> = Set::new(["os.system", "eval", "x", ""]);
        for word in ["os.system", "eval", "x", ""] {
            assert!(SET.contains(word), "{word}");
        }
        for word in ["os.systen", "Eval", "y", "evaluate"] {
            assert!(!SET.contains(word), "{word}");
        }
    }

    #[test]
    fn needles_are_found_wherever_they_stand() {
        const NEEDLES: Needles<3> = Needles::new(["Bash(*)", "utente", "dangerously"]);
        for (text, found) in [
            ("", None),
            ("utent", None),
            ("utente", Some((0, "utente"))),
            ("an UTENTE.", Some((3, "utente"))),
            ("utentutente", Some((5, "utente"))),
            ("é dangerously", Some((3, "dangerously"))),
            ("dangerousl, Bash(*)", Some((12, "Bash(*)"))),
        ] {
            assert_eq!(NEEDLES.find(text.as_bytes(), 0), found, "{text}");
        }
        assert!(NEEDLES.any_in("BASH(*)") && !NEEDLES.in_their_case("BASH(*)"));
        assert!(NEEDLES.in_their_case("BASH(*) and Bash(*)"));
        assert_eq!(NEEDLES.find(b"utente utente", 1), Some((7, "utente")));
    }
}
