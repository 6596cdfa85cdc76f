//! What has come of a download so far, and whether an answer continues it.
//!
//! The digest of the whole decides in the end; what is checked here only spares a download that cannot come out right.

use reqwest::Url;
use reqwest::header;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;

use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::error::Suspect;
use crate::api::http;
use crate::api::http::Pieces;

/// Who is told how many bytes of a download have come so far.
pub(crate) type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// What is awaited.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// What to call it in an error.
    pub(crate) what: String,
    /// Its promised size in bytes; 0 where none is told.
    pub(crate) size: u64,
    /// The most that is taken, in bytes.
    pub(crate) cap: u64,
    /// Whether it is so much that a line may well break more often than there are attempts.
    pub(crate) long: bool,
}

/// Where the bytes go.
pub(crate) trait Sink {
    /// Forgets what came: it comes anew from the first byte, so many bytes if that is known.
    ///
    /// # Errors
    /// When that cannot be done.
    fn restart(&mut self, size: u64) -> ApiResult<()>;

    /// Takes the next bytes.
    ///
    /// # Errors
    /// When they cannot be kept.
    fn put(&mut self, chunk: &[u8]) -> ApiResult<()>;

    /// All came.
    ///
    /// # Errors
    /// [`ApiError::Integrity`] when it is not what was promised.
    fn finish(&mut self, host: &str) -> ApiResult<()>;
}

/// The beginning of a body, and where it came from. The bytes themselves are in a [`Sink`].
pub(crate) struct Partial {
    /// The hop that gave the bytes, with its signature.
    pub(crate) url: Url,
    /// Whether that hop has our headers.
    pub(crate) own: bool,
    /// Whether the address no longer answers: a new way to it must be asked for.
    pub(crate) ran_out: bool,
    etag: Option<HeaderValue>,
    len: u64,
}

impl Partial {
    /// Nothing yet of what an answer brings.
    pub(crate) fn begin(url: Url, own: bool, headers: &HeaderMap) -> Self {
        let etag = headers.get(header::ETAG).filter(|etag| is_strong(etag)).cloned();
        Self { url, own, ran_out: false, etag, len: 0 }
    }

    /// How many bytes have come.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Whether the rest can be asked for: there are bytes, and a name for exactly what they are the beginning of.
    pub(crate) fn can_go_on(&self) -> bool {
        self.etag.is_some() && self.len > 0
    }

    /// Whether a hop is the one that gave the bytes. A new signature in the query is still the same hop.
    pub(crate) fn came_from(&self, url: &Url, own: bool) -> bool {
        self.own == own && self.url.origin() == url.origin() && self.url.path() == url.path()
    }

    /// The headers that ask for the rest.
    pub(crate) fn rest(&self) -> Option<HeaderMap> {
        let etag = self.etag.clone()?;
        let range = HeaderValue::try_from(format!("bytes={}-", self.len)).ok()?;
        Some(HeaderMap::from_iter([(header::RANGE, range), (header::IF_RANGE, etag)]))
    }

    /// Whether an answer of 206 begins where this ends and belongs to the same whole.
    pub(crate) fn is_continued_by(&self, headers: &HeaderMap, promised: u64) -> bool {
        let same = headers.get(header::ETAG).is_none_or(|etag| Some(etag) == self.etag.as_ref());
        let place = headers.get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok()).and_then(place);
        same && place.is_some_and(|(first, total)| {
            first == self.len && total.is_none_or(|total| promised == 0 || total == promised)
        })
    }

    /// Takes what an answer brings, to the promised size at most.
    ///
    /// # Errors
    /// A cut or stalled body, after which what came is kept; too many bytes; a web page.
    pub(crate) async fn take(
        &mut self,
        mut pieces: Pieces,
        wanted: &Wanted,
        sink: &mut impl Sink,
        progress: Progress<'_>,
    ) -> ApiResult<()> {
        let host = http::host_of(&self.url);
        let promised = wanted.size;
        let limit = if promised > 0 { promised.min(wanted.cap) } else { wanted.cap };
        while let Some(chunk) = pieces.next("the package was cut short by").await? {
            if self.len == 0 && is_page(&chunk) {
                return Err(ApiError::Page { host });
            }
            if self.len + chunk.len() as u64 > limit {
                let what = format!("{} from {host}", wanted.what);
                if promised == 0 {
                    return Err(ApiError::TooLarge { host, what, limit });
                }
                let got = "more".to_owned();
                return Err(ApiError::Integrity { what, expected: format!("{promised} bytes"), got });
            }
            sink.put(&chunk)?;
            self.len += chunk.len() as u64;
            progress(self.len);
        }
        if self.len < promised {
            let cause = format!("{} of {promised} bytes came", self.len);
            return Err(ApiError::Network {
                host,
                what: "the package was cut short by",
                cause,
                suspect: Suspect::Line,
            });
        }
        Ok(())
    }
}

/// A weak name may stand for other bytes that mean the same.
fn is_strong(etag: &HeaderValue) -> bool {
    let etag = etag.as_bytes();
    etag.len() > 2 && etag.starts_with(b"\"") && etag.ends_with(b"\"")
}

/// The first byte and the total of `bytes 4-7/8`; the total may be `*`.
fn place(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    (first <= last && total.is_none_or(|total| last < total)).then_some((first, total))
}

/// Whether a body begins as a web page does, whatever its type says: no package begins like that.
fn is_page(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    start.first() == Some(&b'<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_only_in_its_right_form() {
        assert_eq!(place("bytes 4-7/8"), Some((4, Some(8))));
        assert_eq!(place("bytes 4-7/*"), Some((4, None)));
        for wrong in ["", "bytes */8", "bytes 4-8/8", "bytes 7-4/8", "bytes 4-/8", "lines 4-7/8", "bytes 4-7", "4-7/8"]
        {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_strong_name_names_bytes() {
        for (etag, strong) in [("\"a\"", true), ("W/\"a\"", false), ("a", false), ("\"\"", false), ("\"", false)] {
            assert_eq!(is_strong(&HeaderValue::from_static(etag)), strong, "{etag}");
        }
    }
}
