//! Where a thing stands in a list: a text key that sorts between its neighbours' keys, so that a move writes one row.
//!
//! The text is lower-case hexadecimal and sorts bytewise, as the column's collation "C" does.

use std::sync::Arc;

use fractional_index::FractionalIndex;
use serde::{Deserialize, Serialize};

/// A longer key is a sign of a crowded place: then the whole list gets fresh, short ones.
const MAX_LENGTH: usize = 60;
/// The greatest number that fits the three bytes of a fresh key.
const FRESH_KEYS: u64 = 1 << 24;

/// A key of order. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Rank(Arc<str>);

/// Where something new goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) rank: Rank,
    /// Fresh keys for everything that is in the list already, in its order; empty as long as the old ones do.
    pub(crate) respaced: Vec<Rank>,
}

impl Rank {
    /// A key as the database gave it back.
    pub(crate) fn stored(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn of(index: &FractionalIndex) -> Self {
        Self(index.to_string().into())
    }
}

/// The place at `index` of a list that has these keys, in ascending order.
pub(crate) fn place<'a>(ranks: impl ExactSizeIterator<Item = &'a Rank> + Clone, index: usize) -> Place {
    let mut around = ranks.clone().skip(index.saturating_sub(1));
    let before = if index == 0 { None } else { around.next() };
    let after = around.next();
    match between(before, after) {
        Some(rank) => Place {
            rank,
            respaced: Vec::new(),
        },
        None => {
            let mut fresh = spread(ranks.len() + 1);
            let rank = fresh.remove(index.min(ranks.len()));
            Place { rank, respaced: fresh }
        }
    }
}

/// Keys for `count` things that go behind a list with these keys, and fresh ones for the list where its own no longer do.
pub(crate) fn append<'a>(
    ranks: impl ExactSizeIterator<Item = &'a Rank> + Clone,
    count: usize,
) -> (Vec<Rank>, Vec<Rank>) {
    let mut last = ranks.clone().last().cloned();
    let mut appended = Vec::with_capacity(count);
    for _ in 0..count {
        let Some(next) = between(last.as_ref(), None) else {
            let mut fresh = spread(ranks.len() + count);
            let appended = fresh.split_off(ranks.len());
            return (appended, fresh);
        };
        last = Some(next.clone());
        appended.push(next);
    }
    (appended, Vec::new())
}

/// `count` short keys in ascending order, with even gaps.
pub(crate) fn spread(count: usize) -> Vec<Rank> {
    let count = u64::try_from(count).unwrap_or(FRESH_KEYS);
    let gap = FRESH_KEYS / (count + 1);
    (1..=count)
        .map(|nth| {
            // Hexadecimal digits, then the terminator that ends every key.
            Rank(format!("{:06x}80", nth * gap).into())
        })
        .collect()
}

/// A key between two others, unless it would get too long, or they leave no place between them.
fn between(before: Option<&Rank>, after: Option<&Rank>) -> Option<Rank> {
    let rank = match (before, after) {
        (None, None) => Rank::of(&FractionalIndex::default()),
        (Some(before), None) => Rank::of(&FractionalIndex::new_after(&index(&before.0)?)),
        (None, Some(after)) => Rank::of(&FractionalIndex::new_before(&index(&after.0)?)),
        (Some(before), Some(after)) if before < after => {
            // `fractional_index` 2.0 miscounts where both keys begin with the same zero byte, so it gets only what differs.
            let common = common_bytes(before.as_str(), after.as_str());
            let (prefix, before_rest) = before.0.split_at_checked(common)?;
            let (_, after_rest) = after.0.split_at_checked(common)?;
            let rest = FractionalIndex::new_between(&index(before_rest)?, &index(after_rest)?)?;
            Rank(format!("{prefix}{}", rest.to_string()).into())
        }
        (Some(_), Some(_)) => return None,
    };
    (rank.0.len() <= MAX_LENGTH).then_some(rank)
}

fn index(text: &str) -> Option<FractionalIndex> {
    // `from_string` cuts the text into pairs of bytes.
    text.is_ascii().then(|| FractionalIndex::from_string(text).ok())?
}

/// How many digits two keys have in common at the start, in whole bytes, so that a terminator is left of each.
fn common_bytes(one: &str, other: &str) -> usize {
    let pairs = one.as_bytes().chunks(2).zip(other.as_bytes().chunks(2));
    let same = 2 * pairs.take_while(|(one, other)| one == other).count();
    same.min(one.len().saturating_sub(2)).min(other.len().saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_ascending(ranks: &[Rank]) -> bool {
        ranks.windows(2).all(|pair| pair[0] < pair[1])
    }

    fn insert(ranks: &mut Vec<Rank>, index: usize) -> bool {
        let place = place(ranks.iter(), index);
        let respaced = !place.respaced.is_empty();
        if respaced {
            *ranks = place.respaced;
        }
        ranks.insert(index, place.rank);
        respaced
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        #[test]
        fn keys_stay_in_order_and_short_wherever_things_are_put(places in prop::collection::vec(any::<prop::sample::Index>(), 1..400)) {
            let mut ranks = Vec::new();
            for place in places {
                let index = place.index(ranks.len() + 1);
                insert(&mut ranks, index);
                prop_assert!(is_ascending(&ranks));
                prop_assert!(ranks.iter().all(|rank| rank.as_str().len() <= MAX_LENGTH));
            }
        }

        #[test]
        fn any_number_of_things_can_be_appended(held in 0..40_usize, count in 0..5_000_usize) {
            let ranks = spread(held);
            let (appended, respaced) = append(ranks.iter(), count);
            let mut all = if respaced.is_empty() { ranks } else { respaced };
            all.extend(appended);
            prop_assert_eq!(all.len(), held + count);
            prop_assert!(is_ascending(&all));
            prop_assert!(all.iter().all(|rank| rank.as_str().len() <= MAX_LENGTH));
        }
    }

    #[test]
    fn squeezing_always_between_the_newest_and_its_neighbour_respaces_before_keys_get_long() {
        let mut ranks = spread(2);
        let respaced = (0..6_000).filter(|_| insert(&mut ranks, 1)).count();
        assert!(
            respaced > 0,
            "6,000 insertions at one place must have been too many for one row each"
        );
        assert!(respaced < 30, "but rarely: {respaced}");
        assert!(is_ascending(&ranks));
    }

    #[test]
    fn thousands_are_put_at_either_end() {
        for at_the_end in [true, false] {
            let mut ranks = Vec::new();
            for _ in 0..5_000 {
                let index = if at_the_end { ranks.len() } else { 0 };
                insert(&mut ranks, index);
            }
            assert!(is_ascending(&ranks));
        }
    }

    #[test]
    fn equal_or_unreadable_keys_of_old_rows_are_replaced() {
        let same = [Rank::stored("80"), Rank::stored("80")];
        let place = place(same.iter(), 1);
        assert_eq!(place.respaced.len(), 2);
        assert!(place.respaced[0] < place.rank && place.rank < place.respaced[1]);

        let odd = [Rank::stored("aéb0")];
        assert_eq!(super::place(odd.iter(), 0).respaced.len(), 1);
    }

    #[test]
    fn ten_thousand_fresh_keys_are_short_and_apart() {
        let ranks = spread(10_001);
        assert!(is_ascending(&ranks));
        assert!(ranks.iter().all(|rank| rank.as_str().len() == 8));
    }
}
