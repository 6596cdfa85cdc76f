//! Recognisable credentials inside files, so that they do not leave the machine by accident.
//!
//! Only shapes that their issuers made recognisable are looked for, and what looks like an example is passed over: a
//! warning that is mostly wrong is not read. The text of a credential is never kept.

/// A credential inside a packed file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Credential {
    /// The file's path inside the skill.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What it is, for a person: `GitHub token`.
    pub kind: String,
}

/// Letters of a credential that are looked at. No issuer makes longer ones, and a body may hold what looks like the
/// beginning of the next, so without an end each of them would be read to the end of the file.
const LONGEST: usize = 256;

/// A file with more than this is told by the first of them.
const MOST_PER_FILE: usize = 20;

/// What follows a prefix.
#[derive(Clone, Copy)]
enum Body {
    /// `A-Z 0-9`, exactly so many, and then no letter or digit.
    Upper(usize),
    /// Letters and digits, at least so many.
    Alnum(usize),
    /// Letters, digits, `_` and `-`, at least so many.
    Word(usize),
    /// The same, exactly so many.
    WordExactly(usize),
}

/// Prefix, body, kind. A longer prefix stands before a shorter one that it starts with.
const SHAPES: [(&str, Body, &str); 20] = [
    ("AKIA", Body::Upper(16), "AWS access key id"),
    ("ASIA", Body::Upper(16), "AWS access key id"),
    ("AIza", Body::WordExactly(35), "Google API key"),
    ("ghp_", Body::Alnum(36), "GitHub token"),
    ("gho_", Body::Alnum(36), "GitHub token"),
    ("ghs_", Body::Alnum(36), "GitHub token"),
    ("ghu_", Body::Alnum(36), "GitHub token"),
    ("ghr_", Body::Alnum(36), "GitHub token"),
    ("github_pat_", Body::Word(50), "GitHub token"),
    ("xoxa-", Body::Word(20), "Slack token"),
    ("xoxb-", Body::Word(20), "Slack token"),
    ("xoxp-", Body::Word(20), "Slack token"),
    ("xoxr-", Body::Word(20), "Slack token"),
    ("xoxs-", Body::Word(20), "Slack token"),
    ("sk_live_", Body::Alnum(16), "live API key (sk_live_)"),
    ("rk_live_", Body::Alnum(16), "Stripe restricted key"),
    ("sk-ant-", Body::Word(32), "Anthropic API key"),
    ("sk-proj-", Body::Word(32), "OpenAI API key"),
    ("sk-svcacct-", Body::Word(32), "OpenAI API key"),
    ("npm_", Body::Alnum(36), "npm token"),
];

/// Names under which the secret half of an AWS key stands.
const AWS_SECRET_NAMES: [&[u8]; 2] = [b"aws_secret_access_key", b"secretaccesskey"];

/// The recognisable credentials in a file's content, in the order of their lines.
#[must_use]
pub fn find_credentials(path: &str, content: &[u8]) -> Vec<Credential> {
    let mut found = Vec::new();
    // The line of a place up to which lines were counted.
    let (mut line, mut counted) = (1_u32, 0);
    // Before it stands what was found already.
    let mut from = 0;
    let mut at = 0;
    while let Some(four) = next_anchor(content, &mut at) {
        let here = ANCHORS.iter().filter(|(anchor, _)| four.eq_ignore_ascii_case(*anchor));
        let starts = here.filter_map(|(_, before)| at.checked_sub(*before)).filter(|start| *start >= from);
        let Some((start, (kind, len))) = starts.filter_map(|start| Some((start, match_at(content, start)?))).next()
        else {
            at += 1;
            continue;
        };
        let lines = content[counted..start].iter().filter(|byte| **byte == b'\n').count();
        line = line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        counted = start;
        found.push(Credential { path: path.to_owned(), line, kind: kind.to_owned() });
        if found.len() == MOST_PER_FILE {
            break;
        }
        from = start + len;
        at = from;
    }
    found
}

/// Four letters of everything that a credential may begin with, and how many stand before them. The last two of them are
/// those that text has most rarely. Both cases of a letter count as the same.
const ANCHORS: [(&[u8; 4], usize); 23] = [
    (b"AKIA", 0),
    (b"ASIA", 0),
    (b"AIza", 0),
    (b"ghp_", 0),
    (b"gho_", 0),
    (b"ghs_", 0),
    (b"ghu_", 0),
    (b"ghr_", 0),
    (b"hub_", 3),
    (b"xoxa", 0),
    (b"oxb-", 1),
    (b"oxp-", 1),
    (b"xoxr", 0),
    (b"xoxs", 0),
    (b"sk_l", 0),
    (b"rk_l", 0),
    (b"ant-", 3),
    (b"roj-", 4),
    (b"-svc", 2),
    (b"npm_", 0),
    (b"aws_", 0),
    (b"tacc", 5),
    (b"BEGI", 5),
];

/// For each pair of letters how far one may go on from four that end in it without passing an anchor: 0 where they may be
/// one. And whether an anchor begins with it. A letter is told by its low five bits, which both of its cases share.
const STEPS: ([u64; 32], [u32; 32]) = {
    let (mut steps, mut firsts) = ([u64::MAX; 32], [0; 32]);
    let mut n = 0;
    while n < ANCHORS.len() {
        let letters = ANCHORS[n].0;
        firsts[(letters[0] & 31) as usize] |= 1 << (letters[1] & 31);
        let mut place = 0;
        while place < 3 {
            let (row, shift) = ((letters[place] & 31) as usize, 2 * (letters[place + 1] & 31));
            let step = 2 - place as u64;
            if steps[row] >> shift & 3 > step {
                steps[row] = steps[row] & !(3 << shift) | step << shift;
            }
            place += 1;
        }
        n += 1;
    }
    (steps, firsts)
};

/// Goes on to the next four letters that may be an anchor. It looks at a third of the bytes of every file.
fn next_anchor<'a>(content: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    let (steps, firsts) = &STEPS;
    loop {
        let four = content.get(*at..*at + 4)?;
        let step = steps[usize::from(four[2] & 31)] >> (2 * (four[3] & 31)) & 3;
        if step > 0 {
            *at += step as usize;
        } else if firsts[usize::from(four[0] & 31)] >> (four[1] & 31) & 1 == 1 {
            return Some(four);
        } else {
            *at += 1;
        }
    }
}

/// The kind and length of a credential that starts here.
fn match_at(content: &[u8], at: usize) -> Option<(&'static str, usize)> {
    let rest = &content[at..];
    // Most places are told by their first two letters.
    match rest {
        [b'-', b'-', ..] => return private_key(rest).map(|len| ("private key", len)),
        [b'A', b'K' | b'S' | b'I', ..]
        | [b'g', b'h' | b'i', ..]
        | [b'x', b'o', ..]
        | [b's' | b'r', b'k', ..]
        | [b'n', b'p', ..]
        | [b'a' | b'A', b'w' | b'W', ..]
        | [b's' | b'S', b'e' | b'E', ..] => {}
        _ => return None,
    }
    if at > 0 && is_word(content[at - 1]) {
        return None;
    }
    for (prefix, body, kind) in SHAPES {
        if let Some(after) = rest.strip_prefix(prefix.as_bytes()) {
            return body_len(after, body)
                .filter(|len| !is_placeholder(&after[..*len]))
                .map(|len| (kind, prefix.len() + len));
        }
    }
    AWS_SECRET_NAMES.iter().find_map(|name| aws_secret(rest, name)).map(|len| ("AWS secret access key", len))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn run(text: &[u8], fits: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !fits(*byte)).unwrap_or(text.len())
}

fn body_len(text: &[u8], body: Body) -> Option<usize> {
    let text = &text[..text.len().min(LONGEST)];
    let word = |byte: u8| is_word(byte) || byte == b'-';
    let (len, fits) = match body {
        Body::Upper(exact) => {
            let len = run(text, |byte| byte.is_ascii_alphanumeric());
            (len, len == exact && text[..len].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
        }
        Body::Alnum(least) => {
            let len = run(text, |byte| byte.is_ascii_alphanumeric());
            (len, len >= least)
        }
        Body::Word(least) => {
            let len = run(text, word);
            (len, len >= least)
        }
        Body::WordExactly(exact) => {
            let len = run(text, word);
            (len, len == exact)
        }
    };
    fits.then_some(len)
}

/// Whether a body is an example: a word that says so, few different characters, or the alphabet in its order.
fn is_placeholder(body: &[u8]) -> bool {
    const WORDS: [&[u8]; 13] = [
        b"example",
        b"your",
        b"placeholder",
        b"xxxx",
        b"redacted",
        b"changeme",
        b"replace",
        b"dummy",
        b"sample",
        b"insert",
        b"123456789",
        b"abcdefgh",
        b"notreal",
    ];
    let lower = body.to_ascii_lowercase();
    let mut seen = [false; 256];
    let mut different = 0;
    for byte in &lower {
        if !std::mem::replace(&mut seen[usize::from(*byte)], true) {
            different += 1;
        }
    }
    let digits = lower.iter().any(u8::is_ascii_digit);
    let letters = lower.iter().any(u8::is_ascii_alphabetic);
    different < 7
        || !(digits && letters)
        || WORDS.iter().any(|word| lower.windows(word.len()).any(|window| window == *word))
}

/// The secret half of an AWS key: 40 characters behind one of its names and an assignment.
fn aws_secret(text: &[u8], name: &[u8]) -> Option<usize> {
    let start = text.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name))?;
    let after = &text[start.len()..text.len().min(start.len() + LONGEST)];
    let gap = run(after, |byte| matches!(byte, b' ' | b'\t' | b'=' | b':' | b'"' | b'\''));
    let assigned = after[..gap].iter().any(|byte| matches!(byte, b'=' | b':' | b' '));
    let value = &after[gap..];
    let len = run(value, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+'));
    (assigned && len == 40 && !is_placeholder(&value[..len])).then_some(start.len() + gap + len)
}

/// A PEM block of a private key that has a body: prose that names the header line is no key.
fn private_key(text: &[u8]) -> Option<usize> {
    const START: &[u8] = b"-----BEGIN ";
    const ENDS: [&[u8]; 2] = [b"PRIVATE KEY-----", b"PRIVATE KEY BLOCK-----"];
    let label = text.strip_prefix(START)?;
    let label = &label[..label.len().min(64)];
    let header = ENDS.iter().find_map(|end| {
        label.windows(end.len()).position(|window| window == *end).map(|at| START.len() + at + end.len())
    })?;
    let body = &text[header..text.len().min(header + 1024)];
    let body = body.windows(5).position(|window| window == b"-----").map_or(body, |end| &body[..end]);
    // The longest run of base64 letters; line breaks may be written as `\n` in JSON, so each line is looked at alone.
    let longest = body
        .split(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')))
        .max_by_key(|line| line.len())?;
    (longest.len() >= 40 && !is_placeholder(longest)).then_some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a token at run time, so that no file of this repository looks like it holds one.
    fn token(prefix: &str, len: usize) -> String {
        const LETTERS: &[u8] = b"Q7mZ2kVx9RtB4nLs8WcY5hJf3GdP6";
        let body: String = (0..len).map(|i| char::from(LETTERS[(i * 7 + i / 29) % LETTERS.len()])).collect();
        format!("{prefix}{body}")
    }

    fn kinds(text: &str) -> Vec<(u32, String)> {
        find_credentials("f", text.as_bytes()).into_iter().map(|found| (found.line, found.kind)).collect()
    }

    #[test]
    fn every_shape_is_found_where_it_stands() {
        for (prefix, body, kind) in SHAPES {
            let text = match body {
                Body::Upper(len) => token(prefix, len).to_uppercase(),
                Body::Alnum(len) | Body::Word(len) | Body::WordExactly(len) => token(prefix, len),
            };
            assert_eq!(kinds(&format!("a\r\nb\nkey = \"{text}\"\n")), [(3, kind.to_owned())], "{prefix}");
            assert_eq!(kinds(&text), [(1, kind.to_owned())], "{prefix} alone");
            assert_eq!(kinds(&format!("x{text}")), [], "{prefix} inside a word");
        }
    }

    #[test]
    fn whatever_a_credential_begins_with_has_an_anchor() {
        let begins = SHAPES.iter().map(|(prefix, ..)| prefix.as_bytes()).chain(AWS_SECRET_NAMES);
        for prefix in begins.chain([&b"-----BEGIN "[..]]) {
            let has = |(anchor, before): &(&[u8; 4], usize)| prefix.get(*before..*before + 4) == Some(&anchor[..]);
            assert!(ANCHORS.iter().any(has), "{prefix:?}");
        }
    }

    #[test]
    fn an_aws_secret_needs_its_name() {
        let secret = token("", 40);
        for line in [
            format!("aws_secret_access_key = {secret}"),
            format!("AWS_SECRET_ACCESS_KEY=\"{secret}\""),
            format!("  \"SecretAccessKey\": \"{secret}\""),
        ] {
            assert_eq!(kinds(&line), [(1, "AWS secret access key".to_owned())], "{line}");
        }
        assert_eq!(kinds(&secret), []);
        assert_eq!(kinds(&format!("aws_secret_access_key = {secret}Z")), []);
    }

    #[test]
    fn a_private_key_needs_a_body() {
        let header = format!("-----BEGIN {}PRIVATE {}-----", "RSA ", "KEY");
        let body = token("MII", 61);
        let two = format!("# k\n{header}\n{body}\n{body}\n-----END RSA PRIVATE KEY-----\n{}\n", token("ghp_", 36));
        assert_eq!(kinds(&two), [(2, "private key".to_owned()), (6, "GitHub token".to_owned())]);
        let json = format!("{{\"k\": \"{header}\\n{body}\\n\"}}");
        assert_eq!(kinds(&json), [(1, "private key".to_owned())]);
        assert_eq!(kinds(&format!("a file that starts with `{header}` is a key")), []);
        assert_eq!(kinds(&format!("{header}\n...\n-----END RSA PRIVATE KEY-----")), []);
    }

    #[test]
    fn beginnings_that_follow_each_other_are_not_each_read_to_the_end() {
        // Read to the end from each of them, this would be some 10^11 letters.
        for text in ["sk-ant-", "secretaccesskey/", "ghp_", "-----BEGIN "] {
            assert_eq!(kinds(&text.repeat((1 << 20) / text.len())), [], "{text}");
        }
        let long = format!("ghp_{} ghp_{}", token("", 5000), token("", 36));
        assert_eq!(kinds(&long).len(), 2);
    }

    #[test]
    fn examples_are_passed_over() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE".to_owned(),
            format!("ghp_{}", "x".repeat(36)),
            format!("ghp_{}", "a1".repeat(18)),
            "sk_live_YOURKEYGOESHERE1".to_owned(),
            "sk_live_0123456789abcdef".to_owned(),
            "sk_live_<your key>".to_owned(),
            "sk-ant-…".to_owned(),
            "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(),
            "npm_run_build_and_then_some_more_words_follow".to_owned(),
            "sk_live_".to_owned(),
        ] {
            assert_eq!(kinds(&text), [], "{text}");
        }
    }

    #[test]
    fn a_file_full_of_them_is_cut_off() {
        let text = format!("{}\n", token("ghp_", 36)).repeat(100);
        assert_eq!(kinds(&text).len(), MOST_PER_FILE);
    }
}
