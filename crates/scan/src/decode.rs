//! What is written in another form is read again: base64, hexadecimal, URL escapes, string escapes, gzip.
//!
//! Bounded: a blob's size, how much it may grow, how many blobs of a text, and (by the caller) how often one is taken out
//! of another. What does not decode to text is no finding by itself.

use std::io::Read as _;

/// Encoded bytes that are read of one blob.
const BLOB: usize = 256 << 10;
/// Bytes that a packed blob may become.
const UNPACKED: u64 = 512 << 10;
/// Blobs of one text.
pub(crate) const BLOBS: usize = 200;
/// Fewer characters say nothing.
const SHORTEST: usize = 24;

/// Something encoded, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) at: usize,
    pub(crate) len: usize,
    /// How it was written.
    pub(crate) form: &'static str,
    /// What it says, if that is text.
    pub(crate) text: Option<String>,
}

/// The encoded blobs of a text that decode to text.
pub(crate) fn blobs(text: &str) -> Vec<Blob> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    // Where the next runs of both sorts begin; looked for again once they were passed.
    let (mut run, mut percent) = (next_run(bytes, at), next_percent(bytes, at));
    while found.len() < BLOBS {
        if run.is_some_and(|(start, _)| start < at) {
            run = next_run(bytes, at);
        }
        if percent.is_some_and(|percent| percent < at) {
            percent = next_percent(bytes, at);
        }
        if let Some((start, end)) = run.filter(|(start, _)| percent.is_none_or(|percent| *start < percent)) {
            let padding = bytes[end..].iter().take(BLOB).take_while(|byte| **byte == b'=').count();
            at = end + padding;
            let run = &text[start..at];
            if run.len() <= BLOB
                && let Some((form, inside)) = read_run(run)
            {
                found.push(Blob { at: start, len: run.len(), form, text: Some(inside) });
            }
        } else if let Some(percent) = percent {
            at = percent + percent_run(text, percent, &mut found).max(1);
        } else {
            break;
        }
    }
    found
}

fn next_percent(bytes: &[u8], at: usize) -> Option<usize> {
    memchr::memchr(b'%', &bytes[at..]).map(|found| at + found)
}

/// Where the next letters of base64 in a row begin and end, from a byte on, that are enough to say something. Most rows are
/// words, so the place where the shortest would end is looked at first: what lies before one that ends is passed over.
fn next_run(bytes: &[u8], mut from: usize) -> Option<(usize, usize)> {
    loop {
        // Padding counts for the length, so the letters may be two fewer.
        let last = from + SHORTEST - 3;
        let back = bytes.get(from..=last)?.iter().rev().position(|byte| !is_base64(*byte));
        if let Some(back) = back {
            from = last - back + 1;
            continue;
        }
        let rest = &bytes[last..];
        let end = last + rest.iter().position(|byte| !is_base64(*byte)).unwrap_or(rest.len());
        let padding = bytes[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
        if end - from + padding >= SHORTEST {
            return Some((from, end));
        }
        from = end + 1;
    }
}

fn is_base64(byte: u8) -> bool {
    const LETTERS: [bool; 256] = {
        let mut letters = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            letters[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'+' | b'/' | b'-' | b'_');
            byte += 1;
        }
        letters
    };
    LETTERS[usize::from(byte)]
}

fn read_run(run: &str) -> Option<(&'static str, String)> {
    let hexadecimal = run.len() >= 32 && run.len().is_multiple_of(2) && run.bytes().all(|b| b.is_ascii_hexdigit());
    if hexadecimal {
        return hex(run).and_then(text_of).map(|text| ("hexadecimal", text));
    }
    // A path, a name or a word is a run of these characters too; what decodes to text by chance is very rare.
    let letters = run.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters == run.len() && run.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    text_of(base64(run)?).map(|text| ("base64", text))
}

/// Decodes base64 in its usual and its URL alphabet, with or without padding. `None` when it is not that.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or(0));
        }
    }
    Some(bytes)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    text.as_bytes().chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Bytes as text: plain, in the two-byte form of Windows, or packed. `None` when they are data.
pub(crate) fn text_of(bytes: Vec<u8>) -> Option<String> {
    if bytes.starts_with(b"\x1f\x8b") {
        return unpacked(flate2::read::GzDecoder::new(bytes.as_slice()));
    }
    if bytes.len() > 2 && bytes[0] == 0x78 && matches!(bytes[1], 0x01 | 0x5e | 0x9c | 0xda) {
        return unpacked(flate2::read::ZlibDecoder::new(bytes.as_slice()));
    }
    let wide = bytes.len() >= 8 && bytes.iter().skip(1).step_by(2).filter(|b| **b == 0).count() * 5 > bytes.len() * 2;
    if wide {
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\0')).collect();
        return printable(&text).then_some(text);
    }
    String::from_utf8(bytes).ok().filter(|text| printable(text))
}

fn unpacked(reader: impl std::io::Read) -> Option<String> {
    let mut bytes = Vec::new();
    reader.take(UNPACKED).read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok().filter(|text| printable(text))
}

/// Whether a text reads like one.
fn printable(text: &str) -> bool {
    let mut count = 0_usize;
    let mut plain = 0_usize;
    for c in text.chars() {
        if c.is_control() && !matches!(c, '\n' | '\r' | '\t') {
            return false;
        }
        count += 1;
        plain += usize::from(c.is_ascii());
    }
    count >= 6 && plain * 10 >= count * 9
}

/// `%63%75%72…`: a run of URL escapes of plain letters, which nobody needs to escape. Answers the length of the run; where
/// all of it says nothing, what stands between bytes that are no letters may.
fn percent_run(text: &str, at: usize, found: &mut Vec<Blob>) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    let mut decoded = Vec::new();
    while bytes.get(end) == Some(&b'%') {
        let Some(pair) = text.get(end + 1..end + 3).and_then(hex) else { break };
        decoded.extend(pair);
        end += 3;
    }
    let mut say = |from: usize, part: &[u8]| {
        let text = (part.len() >= 8).then(|| text_of(part.to_vec())).flatten();
        let said = text.is_some();
        if said && found.len() < BLOBS {
            found.push(Blob { at: at + 3 * from, len: 3 * part.len(), form: "URL escapes", text });
        }
        said
    };
    if !say(0, &decoded) {
        let mut from = 0;
        for part in decoded.split(|byte| !byte.is_ascii_graphic() && !byte.is_ascii_whitespace()) {
            say(from, part);
            from += part.len() + 1;
        }
    }
    end - at
}

/// Reads the escapes of a string: `\x63`, `\u0063`, `\u{63}`, `\143`, `\n`.
pub(crate) fn escapes(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        read.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else { break };
        let (value, used) = match c {
            'x' => number(rest, 1, 2, 16),
            'u' if rest.starts_with("u{") => {
                let end = rest.find('}').unwrap_or(2);
                (u32::from_str_radix(&rest[2.min(end)..end], 16).ok(), end + 1)
            }
            'u' => number(rest, 1, 4, 16),
            'U' => number(rest, 1, 8, 16),
            '0'..='7' => number(rest, 0, 3, 8),
            'n' => (Some(10), 1),
            't' => (Some(9), 1),
            'r' => (Some(13), 1),
            '\n' => (None, 1),
            _ => (Some(u32::from(c)), c.len_utf8()),
        };
        read.extend(value.and_then(char::from_u32));
        rest = rest.get(used.min(rest.len())..).unwrap_or_default();
    }
    read.push_str(rest);
    read
}

fn number(text: &str, from: usize, most: usize, radix: u32) -> (Option<u32>, usize) {
    let digits = text.as_bytes()[from..].iter().take(most).take_while(|b| char::from(**b).is_digit(radix)).count();
    (u32::from_str_radix(&text[from..from + digits], radix).ok(), from + digits)
}

/// How opaque a text is: bits of information per character.
pub(crate) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX).max(1));
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        blobs(text).into_iter().filter_map(|blob| blob.text).collect()
    }

    #[test]
    fn encoded_text_is_read() {
        assert_eq!(said("echo Y3VybCBodHRwOi8vZXhhbXBsZS5vcmcgfCBzaA== | base64 -d"), ["curl http://example.org | sh"]);
        assert_eq!(said("6375726c20687474703a2f2f6578616d706c652e6f7267"), ["curl http://example.org"]);
        assert_eq!(said("x=%63%75%72%6c%20%2d%6c%20%78"), ["curl -l x"]);
        assert_eq!(said("x=%ff%00%63%75%72%6c%20%2d%6c%20%78%fe"), ["curl -l x"]);
        assert_eq!(said("aQBlAHgAIAAkAGUAbgB2ADoAeAAgADsAIABsAHMA"), ["iex $env:x ; ls"]);
    }

    #[test]
    fn names_paths_and_digests_are_not_taken_for_it() {
        assert!(said("src/components/authentication/login_form_controller").is_empty());
        assert!(said("3b64ecd5b85ae9cac294d17953ff06ee5a6401760f6f7f333bd063226c423dd3").is_empty());
        assert!(said("sha512-9P4MyMLn6cIiAZSQyUCpmRkgeYVRUG8DiSVFQJfpVq2GX2VwRGxmmOMXc").is_empty());
    }

    #[test]
    fn packed_blobs_are_bounded() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, &vec![b'a'; 4 << 20]).unwrap();
        let text = text_of(packer.finish().unwrap()).unwrap();
        assert_eq!(text.len() as u64, UNPACKED);
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(escapes(r"\x63\u0075\u{72}\154 \\n\n"), "curl \\n\n");
        assert_eq!(escapes("\\"), "");
        assert_eq!(escapes("\\u{"), "");
    }
}
