//! For tests alone: a good text, pieces of it replaced by what its format gives a meaning to, or by anything.

use proptest::prelude::*;

/// Up to five edits of `good`, each of which puts one of `meaningful`, or a few bytes, in the place of up to 20.
pub(crate) fn damaged(good: String, meaningful: &[&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let meaningful = proptest::sample::select(meaningful.to_vec());
    let anything = proptest::collection::vec(any::<u8>(), 0..6);
    let piece = prop_oneof![3 => meaningful.prop_map(<[u8]>::to_vec), 1 => anything];
    let edit = (any::<proptest::sample::Index>(), 0..20_usize, piece);
    proptest::collection::vec(edit, 0..6).prop_map(move |edits| {
        let mut bytes = good.clone().into_bytes();
        for (at, len, piece) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + len).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        bytes
    })
}
