//! Who gets which client. Pure, and the same for the same: whoever replays it gets the same deal.
//!
//! 1. Clients whose seller left, or who are no longer eligible, are taken back.
//! 2. Those without a seller are dealt, the one whose purchase is the longest ago first, each to the seller who has the fewest.
//! 3. What is still uneven is evened out, with as few moves as possible; clients that somebody placed by hand, or that are talking
//!    with their seller at this moment, stay.
//!
//! Clients that were contacted in this cycle are nobody's business here: they stay with who contacted them.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::settings::{DealMethod, Settings};
use crate::db::text_enum::text_enum;
use crate::db::{ContactId, UserId};

/// A client who was not contacted in this cycle.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Client {
    pub(crate) id: ContactId,
    pub(crate) bought_at: Option<DateTime<Utc>>,
    pub(crate) region: Option<String>,
    pub(crate) tags: Vec<String>,
    /// Whether the last purchase lies in the window.
    pub(crate) is_eligible: bool,
    pub(crate) holder: Option<Holder>,
    /// Who had the client before.
    pub(crate) last_seller: Option<UserId>,
}

/// Whose client it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) seller: UserId,
    pub(crate) by_hand: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seller {
    pub(crate) id: UserId,
    pub(crate) presence: Presence,
    /// How many clients go to this one where another gets one.
    pub(crate) weight: u32,
    pub(crate) capacity: Option<u32>,
    pub(crate) regions: Vec<String>,
    pub(crate) tags: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Online,
    /// Went since the last deal: gives everything back.
    Left,
    /// Had gone before. What somebody places with them nevertheless, they keep.
    Away,
}

/// What is dealt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// What has no seller; then as many moves as it takes to be even.
    Even,
    /// Everything anew that was not contacted.
    Anew,
}

text_enum! {
    /// Why a client goes from one to another.
    Reason {
        /// Had no seller.
        Dealt = "dealt",
        SellerLeft = "seller_left",
        EvenedOut = "evened_out",
        Redistributed = "redistributed",
        /// Bought again, or not for too long.
        NotEligible = "not_eligible",
        /// A new cycle began.
        NewCycle = "new_cycle",
        /// Somebody decided it.
        ByHand = "by_hand",
        /// Somebody took the client away.
        Released = "released",
        /// The contact is deleted, or becomes part of another one.
        Removed = "removed",
    }
}

text_enum! {
    /// How the seller was found.
    Choice {
        Fewest = "fewest",
        Weight = "weight",
        Region = "region",
        Tag = "tag",
        LastSeller = "last_seller",
        Person = "person",
    }
}

/// A client goes from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) client: ContactId,
    pub(crate) from: Option<UserId>,
    pub(crate) to: Option<UserId>,
    pub(crate) reason: Reason,
    /// Where there is a seller.
    pub(crate) choice: Option<Choice>,
}

/// See the module.
pub(crate) fn deal(
    clients: &[Client],
    sellers: &[Seller],
    settings: &Settings,
    occasion: Occasion,
    protected: &HashSet<ContactId>,
) -> Vec<Move> {
    let mut table = Table::new(clients, sellers, settings);
    let free = table.take_back(occasion, protected);
    for (client, reason) in free {
        table.give(client, reason);
    }
    table.even_out();
    table.moves()
}

/// What an online seller has in hand.
struct Hand<'a> {
    seller: &'a Seller,
    weight: u64,
    load: u64,
    capacity: u64,
    /// Those that may be moved, in the order in which they were given: the last ones are the least urgent.
    movable: Vec<usize>,
}

/// Why a client goes, and to whom: the place of the hand, and how it was found.
type End = (Reason, Option<(usize, Choice)>);

struct Table<'a> {
    /// By urgency.
    clients: Vec<&'a Client>,
    hands: Vec<Hand<'a>>,
    by_seller: HashMap<UserId, usize>,
    presence: HashMap<UserId, Presence>,
    settings: &'a Settings,
    /// What became of each client, where something did.
    ends: Vec<Option<End>>,
}

impl<'a> Table<'a> {
    fn new(clients: &'a [Client], sellers: &'a [Seller], settings: &'a Settings) -> Self {
        let mut clients: Vec<&Client> = clients.iter().collect();
        // Placed by hand without any purchase: the least urgent.
        clients.sort_by_key(|client| (client.bought_at.is_none(), client.bought_at, client.id));
        let mut online: Vec<&Seller> = sellers
            .iter()
            .filter(|seller| seller.presence == Presence::Online)
            .collect();
        online.sort_by_key(|seller| seller.id);
        let hand = |seller: &'a Seller| Hand {
            seller,
            weight: match settings.method {
                DealMethod::Weighted => u64::from(seller.weight.max(1)),
                DealMethod::RoundRobin | DealMethod::Region | DealMethod::Tag => 1,
            },
            load: 0,
            capacity: seller.capacity.or(settings.capacity).map_or(u64::MAX, u64::from),
            movable: Vec::new(),
        };
        let hands: Vec<Hand<'_>> = online.into_iter().map(hand).collect();
        Self {
            by_seller: hands
                .iter()
                .enumerate()
                .map(|(place, hand)| (hand.seller.id, place))
                .collect(),
            presence: sellers.iter().map(|seller| (seller.id, seller.presence)).collect(),
            ends: vec![None; clients.len()],
            clients,
            hands,
            settings,
        }
    }

    /// Looks at who has whom; answers the clients that are to be dealt, by urgency, each with the reason.
    fn take_back(&mut self, occasion: Occasion, protected: &HashSet<ContactId>) -> Vec<(usize, Reason)> {
        let mut free = Vec::new();
        for (place, client) in self.clients.iter().enumerate() {
            let Some(holder) = client.holder else {
                if client.is_eligible {
                    free.push((place, Reason::Dealt));
                }
                continue;
            };
            let taken = match self.by_seller.get(&holder.seller) {
                Some(hand) => {
                    let is_talking = protected.contains(&client.id);
                    let taken = match occasion {
                        Occasion::Anew if !is_talking => Some(Reason::Redistributed),
                        Occasion::Even if !client.is_eligible && !holder.by_hand && !is_talking => {
                            Some(Reason::NotEligible)
                        }
                        Occasion::Anew | Occasion::Even => None,
                    };
                    let is_kept = self.settings.keep_last_seller && client.last_seller == Some(holder.seller);
                    if taken.is_none() {
                        self.hands[*hand].load += 1;
                        if !holder.by_hand && !is_talking && !is_kept {
                            self.hands[*hand].movable.push(place);
                        }
                    }
                    taken
                }
                None => match self.presence.get(&holder.seller) {
                    Some(Presence::Away) if holder.by_hand && occasion == Occasion::Even => None,
                    Some(Presence::Away) if occasion == Occasion::Anew => Some(Reason::Redistributed),
                    _ => Some(Reason::SellerLeft),
                },
            };
            let Some(reason) = taken else { continue };
            if client.is_eligible {
                free.push((place, reason));
            } else {
                let reason = if reason == Reason::Redistributed {
                    Reason::NotEligible
                } else {
                    reason
                };
                self.ends[place] = Some((reason, None));
            }
        }
        free
    }

    /// Gives a client to whom it suits best; to nobody, where nobody can take one more.
    fn give(&mut self, place: usize, reason: Reason) {
        let client = self.clients[place];
        let last = client.last_seller.filter(|_| self.settings.keep_last_seller);
        let last = last.and_then(|seller| self.by_seller.get(&seller).copied());
        let kept = last.filter(|hand| self.hands[*hand].load < self.hands[*hand].capacity);
        let chosen = kept
            .map(|hand| (hand, Choice::LastSeller))
            .or_else(|| self.best(client));
        if let Some((hand, choice)) = chosen {
            let hand = &mut self.hands[hand];
            hand.load += 1;
            if choice != Choice::LastSeller {
                hand.movable.push(place);
            }
        }
        self.ends[place] = Some((reason, chosen));
    }

    fn best(&self, client: &Client) -> Option<(usize, Choice)> {
        let suited = |hand: &Hand<'_>| suits(self.settings.method, client, hand.seller);
        let best = (0..self.hands.len())
            .filter(|hand| self.hands[*hand].load < self.hands[*hand].capacity)
            .min_by(|one, other| {
                let (one, other) = (&self.hands[*one], &self.hands[*other]);
                suited(one).cmp(&suited(other)).then_with(|| by_next_load(one, other))
            })?;
        let choice = match (self.settings.method, suited(&self.hands[best])) {
            (DealMethod::Region, Suits::Well) => Choice::Region,
            (DealMethod::Tag, Suits::Well) => Choice::Tag,
            (DealMethod::Weighted, _) => Choice::Weight,
            (DealMethod::RoundRobin | DealMethod::Region | DealMethod::Tag, _) => Choice::Fewest,
        };
        Some((best, choice))
    }

    /// Moves clients from who has the most to who has the fewest, as long as that makes it more even.
    fn even_out(&mut self) {
        while let Some((from, index, to)) = self.next_move() {
            let place = self.hands[from].movable.remove(index);
            self.hands[from].load -= 1;
            self.hands[to].load += 1;
            self.hands[to].movable.push(place);
            let reason = match self.ends[place] {
                // It has only just been given: the reason is still why it was free.
                Some((reason, _)) => reason,
                None => Reason::EvenedOut,
            };
            let choice = if self.settings.method == DealMethod::Weighted {
                Choice::Weight
            } else {
                Choice::Fewest
            };
            self.ends[place] = Some((reason, Some((to, choice))));
        }
    }

    fn next_move(&self) -> Option<(usize, usize, usize)> {
        let hands = || 0..self.hands.len();
        let giving = || hands().filter(|hand| !self.hands[*hand].movable.is_empty());
        let taking = || hands().filter(|hand| self.hands[*hand].load < self.hands[*hand].capacity);
        let most = |one: &usize, other: &usize| by_load(&self.hands[*other], &self.hands[*one]);
        let fewest = |one: &usize, other: &usize| by_next_load(&self.hands[*one], &self.hands[*other]);
        let (from, to) = (giving().min_by(most)?, taking().min_by(fewest)?);
        if !is_better(&self.hands[from], &self.hands[to]) {
            return None;
        }
        if let Some(index) = self.movable_to(from, to) {
            return Some((from, index, to));
        }
        // The two do not suit each other: others may.
        let (mut givers, mut takers): (Vec<_>, Vec<_>) = (giving().collect(), taking().collect());
        givers.sort_by(most);
        takers.sort_by(fewest);
        for from in givers {
            for to in &takers {
                if !is_better(&self.hands[from], &self.hands[*to]) {
                    break;
                }
                if let Some(index) = self.movable_to(from, *to) {
                    return Some((from, index, *to));
                }
            }
        }
        None
    }

    /// The least urgent client of one that suits another just as well.
    fn movable_to(&self, from: usize, to: usize) -> Option<usize> {
        let (method, from, to) = (self.settings.method, &self.hands[from], &self.hands[to]);
        from.movable.iter().rposition(|place| {
            let client = self.clients[*place];
            suits(method, client, to.seller) <= suits(method, client, from.seller)
        })
    }

    /// What is different now, by urgency.
    fn moves(self) -> Vec<Move> {
        let ends = self.clients.iter().zip(&self.ends);
        ends.filter_map(|(client, end)| {
            let (reason, given) = (*end)?;
            let from = client.holder.map(|holder| holder.seller);
            let to = given.map(|(hand, _)| self.hands[hand].seller.id);
            // One that was dealt anew to the same seller is no longer placed by hand.
            let was_by_hand = client.holder.is_some_and(|holder| holder.by_hand);
            (from != to || was_by_hand).then_some(Move {
                client: client.id,
                from,
                to,
                reason,
                choice: given.map(|(_, choice)| choice),
            })
        })
        .collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Suits {
    Well,
    /// The seller takes whatever comes.
    AsAnyone,
    /// The seller is meant for others: better than nobody.
    Ill,
}

fn suits(method: DealMethod, client: &Client, seller: &Seller) -> Suits {
    let (is_meant, takes_all) = match method {
        DealMethod::RoundRobin | DealMethod::Weighted => return Suits::AsAnyone,
        DealMethod::Region => {
            let region = client.region.as_ref();
            (
                region.is_some_and(|region| seller.regions.contains(region)),
                seller.regions.is_empty(),
            )
        }
        DealMethod::Tag => (
            client.tags.iter().any(|tag| seller.tags.contains(tag)),
            seller.tags.is_empty(),
        ),
    };
    match (is_meant, takes_all) {
        (true, _) => Suits::Well,
        (false, true) => Suits::AsAnyone,
        (false, false) => Suits::Ill,
    }
}

/// Who would have less, by weight, with one more.
fn by_next_load(one: &Hand<'_>, other: &Hand<'_>) -> Ordering {
    ((one.load + 1) * other.weight).cmp(&((other.load + 1) * one.weight))
}

/// Who has less, by weight.
fn by_load(one: &Hand<'_>, other: &Hand<'_>) -> Ordering {
    (one.load * other.weight).cmp(&(other.load * one.weight))
}

/// Whether it is more even when one gives the other a client.
fn is_better(from: &Hand<'_>, to: &Hand<'_>) -> bool {
    (to.load + 1) * from.weight < from.load * to.weight
}

#[cfg(test)]
mod tests;
