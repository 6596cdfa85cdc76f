//! Rows 30 to 45: links and devices, files that mean something to other programs, bombs, damaged content.

use flate2::Compress;
use flate2::Compression;
use flate2::FlushCompress;

use super::Case;
use super::NAMELESS;
use super::Outcome;
use super::Row;
use super::accept;
use super::accept_part;
use super::reject;
use super::reject_part;
use super::row;
use super::row_and;
use super::with;
use super::with_all;
use super::zipper::Part;
use super::zipper::Zip;
use super::zipper::extra;

const MIB: u64 = 1 << 20;

fn link(name: &str, to: &[u8]) -> Part {
    Part::stored(name, to).mode(0o120_777)
}

fn skill_and(parts: impl IntoIterator<Item = Part>) -> Zip {
    Zip::new(std::iter::once(Part::stored("SKILL.md", NAMELESS)).chain(parts))
}

/// Ten GiB of zeros, deflated to ten MiB: the same sixteen MiB again and again.
pub(super) fn ten_gib() -> Vec<u8> {
    let mut piece = Vec::with_capacity(1 << 20);
    let zeros = vec![0; 16 << 20];
    Compress::new(Compression::best(), false).compress_vec(&zeros, &mut piece, FlushCompress::Sync).unwrap();
    let mut bomb = piece.repeat(640);
    // An empty last block.
    bomb.extend([3, 0]);
    bomb
}

/// The bomb as an entry that states this size.
pub(super) fn bomb(data: Vec<u8>, size: u64) -> Part {
    let mut part = Part::stored("zeros", b"");
    let packed = data.len() as u64;
    part.data = data;
    part.both(|head| {
        (head.method, head.crc) = (8, 0);
        (head.size, head.packed) = (u32::MAX, u32::MAX);
        head.extra = extra(1, &[size.to_le_bytes(), packed.to_le_bytes()].concat());
    })
}

/// A directory of a million empty entries, all of which say that they are the one entry that is there.
fn million(count: Option<u16>) -> Vec<u8> {
    const COUNT: u64 = 1_000_000;
    let one = Zip::new([Part::stored("0000000", b"")]).bytes();
    let (local, rest) = one.split_at(30 + 7);
    let header = &rest[..46];
    let mut zip = Vec::with_capacity(54_000_000);
    zip.extend_from_slice(local);
    let start = zip.len() as u64;
    for number in 0..COUNT {
        zip.extend_from_slice(header);
        zip.extend_from_slice(format!("{number:07}").as_bytes());
    }
    let (end, len) = (zip.len() as u64, zip.len() as u64 - start);
    if count.is_none() {
        zip.extend(b"PK\x06\x06");
        zip.extend(44_u64.to_le_bytes());
        zip.extend([45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for value in [COUNT, COUNT, len, start] {
            zip.extend(value.to_le_bytes());
        }
        zip.extend(b"PK\x06\x07\0\0\0\0");
        zip.extend(end.to_le_bytes());
        zip.extend(1_u32.to_le_bytes());
    }
    let count = count.unwrap_or(u16::MAX).to_le_bytes();
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([count, count].concat());
    zip.extend((len as u32).to_le_bytes());
    zip.extend((start as u32).to_le_bytes());
    zip.extend([0, 0]);
    zip
}

/// An entry whose stored data holds the header of the next, which claims to start in there.
fn quoted_overlap() -> Zip {
    let inner = Zip::new([Part::stored("b", b"xyz")]).bytes();
    let mut claim = Part::stored("b", b"xyz");
    claim.local = None;
    claim.data = Vec::new();
    claim.offset = Some((30 + 8 + NAMELESS.len() + 30 + 1) as u32);
    skill_and([Part::stored("a", &inner[..30 + 1 + 3]), claim])
}

/// Two entries of the directory that share one entry's bytes.
fn shared() -> Zip {
    let mut second = Part::deflated("b", b"abc");
    second.local = None;
    second.data = Vec::new();
    second.offset = Some((30 + 8 + NAMELESS.len()) as u32);
    skill_and([Part::deflated("a", b"abc"), second])
}

pub(super) static ROWS: &[Row] = &[
    row(30, "a link to `/etc/passwd`", || vec![reject_part("link", link("l", b"/etc/passwd"))]),
    row(31, "a link `d` upwards, then `d/x`", || {
        vec![reject("link", &skill_and([link("d", b".."), Part::stored("d/x", b"x")]))]
    }),
    row(32, "a link inside the skill", || {
        let mut dos = link("l", b"SKILL.md");
        dos.made_by = 20;
        vec![reject_part("link", link("l", b"SKILL.md")), reject_part("link", dos)]
    }),
    row(33, "a link `D`, then `d/x`", || {
        vec![reject("link", &skill_and([link("D", b".."), Part::stored("d/x", b"x")]))]
    }),
    row(34, "hard links, pipes, devices and sockets", || {
        let modes = [0o010_644, 0o020_644, 0o060_644, 0o140_644];
        let mut cases: Vec<_> =
            modes.iter().map(|mode| reject_part("special_file", Part::stored("x", b"").mode(*mode))).collect();
        for (id, fixed) in [(0x756E, 14), (0x000D, 12)] {
            let field = extra(id, &[&vec![0; fixed][..], b"SKILL.md"].concat());
            cases.push(reject_part("link", Part::stored("h", b"").both(|head| head.extra = field.clone())));
        }
        cases
    }),
    row(35, "setuid, setgid, sticky and 0777", || {
        let modes = [0o104_755, 0o102_755, 0o101_777, 0o100_777, 0o100_000];
        modes.iter().map(|mode| accept_part(Part::stored("a", b"x").mode(*mode))).collect()
    }),
    row(36, "the lockfile's name", || {
        ["skillzdrive.lock", "d/SKILLZDRIVE.LOCK"]
            .map(|name| reject_part("name_lockfile", Part::stored(name, b"version = 1\n")))
            .into()
    }),
    row_and(
        37,
        "files that mean something to git and to agents",
        || {
            let git = [".git/hooks/post-checkout", "a/.GIT/config"];
            let mut cases: Vec<_> =
                git.iter().map(|name| reject_part("name_git", Part::stored(name, b"#!/bin/sh\n"))).collect();
            cases.push(accept(&with_all(&[".claude/settings.json", ".mcp.json"])));
            cases
        },
        &[("crates/skill/src/names.rs", "each_fault_is_told_apart")],
    ),
    row_and(
        38,
        "ten GiB of zeros",
        || {
            let data = ten_gib();
            vec![
                reject_part("content_too_large", bomb(data.clone(), 10 << 30)),
                reject_part("ratio", bomb(data[..64 << 10].to_vec(), 64 * MIB)),
                reject_part("size", bomb(data.clone(), 64 * MIB)),
                reject_part("size", bomb(data, MIB)),
            ]
        },
        &[("tests/it/archives/run.rs", "a_bomb_needs_little_memory")],
    ),
    row(39, "entries that share their bytes", || vec![reject("overlap", &shared())]),
    row(40, "an entry quoted in another", || vec![reject("overlap", &quoted_overlap())]),
    row_and(
        41,
        "a bomb within a zip",
        || {
            let bomb = Zip::new([Part::deflated("zeros", &vec![0; 8 << 20])]).bytes();
            vec![accept_part(Part::stored("inner.zip", &bomb))]
        },
        &[("crates/skill/tests/it/accepted.rs", "a_zip_within_a_zip_stays_one_file")],
    ),
    row(42, "a million entries", || {
        let real = (0..10_001).map(|number| Part::stored(format!("f{number}"), b""));
        vec![
            Case::new(Outcome::Reject("too_many_entries"), million(None)),
            Case::new(Outcome::Reject("wrong_count"), million(Some(3))),
            reject("too_many_entries", &Zip::new(real)),
        ]
    }),
    row(43, "a stream longer than stated", || {
        vec![
            reject_part("size", Part::deflated("x", b"abc").both(|head| head.size = 2)),
            reject_part("size", Part::stored("x", b"abc").both(|head| head.size = 2)),
        ]
    }),
    row(44, "a stream shorter than stated", || {
        let mut cut = Part::deflated("x", &[7; 99]).both(|head| head.packed -= 1);
        cut.data.pop();
        vec![
            reject_part("size", Part::deflated("x", b"abc").both(|head| head.size = 4)),
            reject_part("size", Part::stored("x", b"abc").both(|head| head.size = 4)),
            reject_part("deflate", cut),
        ]
    }),
    row(45, "a wrong checksum", || {
        [Part::stored("x", b"abc"), Part::deflated("x", b"abc")]
            .map(|part| reject("crc", &with(part.both(|head| head.crc ^= 1))))
            .into()
    }),
];
