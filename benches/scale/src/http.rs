//! One connection of a client, kept alive: HTTP/1.1 as far as a proxy on the same machine speaks it.
//!
//! The clients share their processors with what they measure, so this does nothing that is not needed.

use std::io;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// A connection that is opened when it is first needed, and anew after it broke.
#[derive(Debug)]
pub(crate) struct Connection {
    address: String,
    stream: Option<TcpStream>,
}

/// What the head of an answer says about the rest.
struct Head {
    status: u16,
    etag: Option<String>,
    length: Option<usize>,
    chunked: bool,
    close: bool,
}

impl Connection {
    pub(crate) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), stream: None }
    }

    /// Sends a whole request and takes its whole answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.open()?,
        };
        stream.write_all(request)?;
        let (head, mut body) = head(&mut stream)?;
        if head.chunked {
            body = chunks(&mut stream, body)?;
        } else {
            let bodiless = matches!(head.status, 204 | 304);
            let length = head.length.unwrap_or(0);
            let have = body.len();
            if !bodiless && have < length {
                body.resize(length, 0);
                stream.read_exact(&mut body[have..])?;
            }
        }
        if !head.close {
            self.stream = Some(stream);
        }
        Ok(Answer { status: head.status, etag: head.etag, body })
    }

    fn open(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Reads up to the end of the head; what came of the body with it is the second value.
fn head(stream: &mut TcpStream) -> io::Result<(Head, Vec<u8>)> {
    let mut bytes = Vec::with_capacity(8 << 10);
    let mut part = [0; 8 << 10];
    loop {
        let read = stream.read(&mut part)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let from = bytes.len().saturating_sub(3);
        bytes.extend_from_slice(&part[..read]);
        if let Some(at) = find(&bytes[from..], b"\r\n\r\n") {
            let end = from + at;
            let body = bytes.split_off(end + 4);
            return Ok((parse(&bytes[..end])?, body));
        }
    }
}

fn parse(bytes: &[u8]) -> io::Result<Head> {
    let text = std::str::from_utf8(bytes).map_err(|_| broken("the head is no text"))?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or_else(|| broken("there is no status"))?;
    let mut head = Head { status, etag: None, length: None, chunked: false, close: false };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            head.length = value.parse().ok();
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            head.chunked = value.eq_ignore_ascii_case("chunked");
        } else if name.eq_ignore_ascii_case("connection") {
            head.close = value.eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("etag") {
            head.etag = Some(value.to_owned());
        }
    }
    Ok(head)
}

/// Reads a body in chunks, of which the beginning was read already.
fn chunks(stream: &mut TcpStream, mut raw: Vec<u8>) -> io::Result<Vec<u8>> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let line = loop {
            if let Some(end) = find(&raw[at..], b"\r\n") {
                break at + end;
            }
            more(stream, &mut raw)?;
        };
        let size =
            std::str::from_utf8(&raw[at..line]).ok().and_then(|text| usize::from_str_radix(text.trim(), 16).ok());
        let size = size.ok_or_else(|| broken("a chunk has no size"))?;
        let begin = line + 2;
        while raw.len() < begin + size + 2 {
            more(stream, &mut raw)?;
        }
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&raw[begin..begin + size]);
        at = begin + size + 2;
    }
}

fn more(stream: &mut TcpStream, raw: &mut Vec<u8>) -> io::Result<()> {
    let mut part = [0; 64 << 10];
    match stream.read(&mut part)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        read => {
            raw.extend_from_slice(&part[..read]);
            Ok(())
        }
    }
}

/// Where a text begins in another.
pub(crate) fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Answers one connection with these, one after the other.
    fn served(answers: Vec<&'static str>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut taken = [0; 1024];
            for answer in answers {
                assert!(stream.read(&mut taken).unwrap() > 0);
                for part in answer.as_bytes().chunks(7) {
                    stream.write_all(part).unwrap();
                }
            }
        });
        address
    }

    #[test]
    fn answers_are_taken_whole_one_after_the_other() {
        let address = served(vec![
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\nhello",
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n",
            "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n",
        ]);
        let mut connection = Connection::new(&address);
        let mut ask = || connection.ask(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let one = ask();
        assert_eq!((one.status, one.etag.as_deref(), &one.body[..]), (200, Some("\"a\""), &b"hello"[..]));
        assert_eq!(ask().status, 304);
        assert_eq!(ask().body, b"wiki0123456789abcdef");
    }
}
