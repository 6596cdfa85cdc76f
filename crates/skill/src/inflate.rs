//! Unpacking the data of one entry, never further than its stated size.

use flate2::Decompress;
use flate2::FlushDecompress;
use flate2::Status;

/// Why an entry's data is not what its header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Damaged,
    Size,
    Crc,
}

const CHUNK: usize = 32 << 10;

/// Unpacks deflated data and hands it on in pieces; checks size and checksum, and that no byte is left over.
pub(crate) fn inflate(data: &[u8], size: u64, crc: u32, mut put: impl FnMut(&[u8])) -> Result<(), Fault> {
    let mut stream = Decompress::new(false);
    let mut hasher = crc32fast::Hasher::new();
    let mut buffer = vec![0; CHUNK.min(usize::try_from(size).unwrap_or(CHUNK).saturating_add(1))];
    loop {
        let (consumed, made) = (stream.total_in(), stream.total_out());
        let rest = usize::try_from(consumed).ok().and_then(|consumed| data.get(consumed..)).ok_or(Fault::Damaged)?;
        let status = stream.decompress(rest, &mut buffer, FlushDecompress::None).map_err(|_| Fault::Damaged)?;
        let new = usize::try_from(stream.total_out() - made).map_err(|_| Fault::Damaged)?;
        if stream.total_out() > size {
            return Err(Fault::Size);
        }
        hasher.update(&buffer[..new]);
        put(&buffer[..new]);
        if status == Status::StreamEnd {
            break;
        }
        // No progress without an end: the data is cut short.
        if new == 0 && stream.total_in() == consumed {
            return Err(Fault::Damaged);
        }
    }
    if stream.total_in() != data.len() as u64 {
        return Err(Fault::Damaged);
    }
    if stream.total_out() != size {
        return Err(Fault::Size);
    }
    if hasher.finalize() == crc { Ok(()) } else { Err(Fault::Crc) }
}
