//! What the first bytes of a file say. Must stay free of the disk: the mode of a file is not trusted.

/// Whether a file is a program: it starts with `#!` or with the magic of ELF or Mach-O (contract, "Shapes").
///
/// The mode comes from here and not from the disk, because Windows and many mounts have no execute bit.
pub(crate) fn is_executable(start: &[u8]) -> bool {
    const MAGICS: [[u8; 4]; 9] = [
        *b"\x7fELF",
        // Mach-O, 32 and 64 bit, as a machine of either byte order writes it.
        [0xFE, 0xED, 0xFA, 0xCE],
        [0xFE, 0xED, 0xFA, 0xCF],
        [0xCE, 0xFA, 0xED, 0xFE],
        [0xCF, 0xFA, 0xED, 0xFE],
        // Mach-O for several processors, with 32-bit and 64-bit offsets. The first is a Java class too, which an
        // execute bit does not harm.
        [0xCA, 0xFE, 0xBA, 0xBE],
        [0xCA, 0xFE, 0xBA, 0xBF],
        [0xBE, 0xBA, 0xFE, 0xCA],
        [0xBF, 0xBA, 0xFE, 0xCA],
    ];
    start.starts_with(b"#!") || MAGICS.iter().any(|magic| start.starts_with(magic))
}
