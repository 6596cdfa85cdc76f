//! The calls of the kernel that a script is refused besides all that the walls refuse: those that no namespace parts
//! (the keyrings, which a process has from whoever started it) and those through which kernels are broken into and that
//! a script has no use for.
//!
//! A filter is a program of the kernel's packet filter, as bubblewrap takes it from a file: instructions of eight bytes
//! over the call's number and the processor's kind.

/// What the filter needs to know of a kind of processor: its number, and those of the calls.
struct Kind {
    arch: u32,
    calls: &'static [u32],
}

/// The numbers are those of the kernel's tables, in this order: `add_key request_key keyctl`, `perf_event_open`, `bpf`,
/// `userfaultfd`, then the three of `io_uring`.
const KIND: Option<Kind> = if cfg!(target_arch = "x86_64") {
    Some(Kind { arch: 0xC000_003E, calls: &[248, 249, 250, 298, 321, 323, 425, 426, 427] })
} else if cfg!(target_arch = "aarch64") {
    Some(Kind { arch: 0xC000_00B7, calls: &[217, 218, 219, 241, 280, 282, 425, 426, 427] })
} else {
    None
};

/// On x86-64, calls from here on are those of another numbering, which the list would not meet.
const OTHER_NUMBERING: u32 = 0x4000_0000;

const LOAD: u16 = 0x20;
const JUMP_IF_EQUAL: u16 = 0x15;
const JUMP_IF_AT_LEAST: u16 = 0x35;
const RETURN: u16 = 0x06;

const ALLOW: u32 = 0x7FFF_0000;
const KILL: u32 = 0x8000_0000;
/// Refused with `EPERM`.
const REFUSE: u32 = 0x0005_0001;

/// The filter of this machine's kind; `None` where nobody has looked the numbers up.
pub(super) fn filter() -> Option<Vec<u8>> {
    let Kind { arch, calls } = KIND?;
    let mut steps: Vec<(u16, u8, u8, u32)> = vec![
        (LOAD, 0, 0, 4),
        (JUMP_IF_EQUAL, 1, 0, arch),
        // A program of another kind would call by other numbers.
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),
        (JUMP_IF_AT_LEAST, 0, 1, OTHER_NUMBERING),
        (RETURN, 0, 0, REFUSE),
    ];
    for call in calls {
        steps.extend([(JUMP_IF_EQUAL, 0, 1, *call), (RETURN, 0, 0, REFUSE)]);
    }
    steps.push((RETURN, 0, 0, ALLOW));
    let bytes = steps.iter().flat_map(|(code, yes, no, value)| {
        let mut step = [0; 8];
        step[..2].copy_from_slice(&code.to_ne_bytes());
        step[2..4].copy_from_slice(&[*yes, *no]);
        step[4..].copy_from_slice(&value.to_ne_bytes());
        step
    });
    Some(bytes.collect())
}
