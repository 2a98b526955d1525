//! What holds whoever comes, goes, is contacted and is moved about.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn seller(number: usize) -> Seller {
    Seller {
        id: UserId(Uuid::from_u128(1_000 + number as u128)),
        presence: Presence::Online,
        weight: 1,
        capacity: None,
        regions: Vec::new(),
        tags: Vec::new(),
    }
}

/// The higher its number, the longer ago did the client buy.
fn client(number: usize) -> Client {
    let days = i64::try_from(number).unwrap();
    Client {
        id: ContactId(Uuid::from_u128(number as u128)),
        bought_at: Some(DateTime::UNIX_EPOCH - TimeDelta::days(days)),
        region: None,
        tags: Vec::new(),
        is_eligible: true,
        holder: None,
        last_seller: None,
    }
}

fn held(number: usize, by: &Seller, by_hand: bool) -> Client {
    let holder = Some(Holder { seller: by.id, by_hand });
    Client {
        holder,
        ..client(number)
    }
}

/// How many each of the sellers gets.
fn gets(moves: &[Move], sellers: &[Seller]) -> Vec<usize> {
    let of = |seller: &Seller| moves.iter().filter(|step| step.to == Some(seller.id)).count();
    sellers.iter().map(of).collect()
}

fn usual(clients: &[Client], sellers: &[Seller]) -> Vec<Move> {
    deal(clients, sellers, &Settings::default(), Occasion::Even, &HashSet::new())
}

#[test]
fn one_seller_gets_all_and_three_get_18_18_19() {
    let clients: Vec<_> = (0..55).map(client).collect();
    let sellers: Vec<_> = (0..3).map(seller).collect();
    assert_eq!(gets(&usual(&clients, &sellers[..1]), &sellers), [55, 0, 0]);
    let moves = usual(&clients, &sellers);
    let mut counts = gets(&moves, &sellers);
    counts.sort_unstable();
    assert_eq!(counts, [18, 18, 19]);
    // The oldest purchase first, in turn.
    assert_eq!(moves[0].client, clients[54].id);
    let turns: Vec<_> = moves.iter().take(4).map(|step| step.to.unwrap()).collect();
    assert_eq!(turns, [sellers[0].id, sellers[1].id, sellers[2].id, sellers[0].id]);
    assert!(
        moves
            .iter()
            .all(|step| step.reason == Reason::Dealt && step.choice == Some(Choice::Fewest))
    );
}

#[test]
fn who_leaves_gives_back_and_who_comes_gets_a_fair_share_with_few_moves() {
    let sellers: Vec<_> = (0..3).map(seller).collect();
    let clients: Vec<_> = (0..30)
        .map(|number| held(number, &sellers[number % 2], false))
        .collect();
    let comes = usual(&clients, &sellers);
    assert_eq!(gets(&comes, &sellers), [0, 0, 10]);
    assert!(comes.iter().all(|step| step.reason == Reason::EvenedOut));
    // Whoever is least urgent moves.
    assert!(
        comes
            .iter()
            .all(|step| clients[..10].iter().any(|client| client.id == step.client))
    );

    let mut left = sellers.clone();
    left[0].presence = Presence::Left;
    let leaves = usual(&clients, &left);
    assert_eq!(gets(&leaves, &sellers), [0, 0, 15]);
    assert!(
        leaves
            .iter()
            .all(|step| step.from == Some(sellers[0].id) && step.reason == Reason::SellerLeft)
    );

    left[1].presence = Presence::Left;
    left[2].presence = Presence::Left;
    let nobody = usual(&clients, &left);
    assert!(nobody.len() == 30 && nobody.iter().all(|step| step.to.is_none() && step.choice.is_none()));
}

#[test]
fn what_somebody_placed_or_talks_about_stays_until_the_seller_leaves() {
    let mut sellers: Vec<_> = (0..2).map(seller).collect();
    let clients: Vec<_> = (0..10)
        .map(|number| held(number, &sellers[0], number % 2 == 0))
        .collect();
    let talking = HashSet::from([clients[1].id]);
    let deal_as = |occasion, sellers: &[Seller]| deal(&clients, sellers, &Settings::default(), occasion, &talking);
    let even = deal_as(Occasion::Even, &sellers);
    assert_eq!(gets(&even, &sellers), [0, 4]);
    assert!(
        even.iter()
            .all(|step| step.client.0.as_u128() % 2 == 1 && !talking.contains(&step.client))
    );
    let anew = deal_as(Occasion::Anew, &sellers);
    assert!(anew.iter().all(|step| !talking.contains(&step.client)));
    assert_eq!(gets(&anew, &sellers)[1], 5);
    // Somebody who is away keeps what was placed with them, until everything is dealt anew.
    sellers[0].presence = Presence::Away;
    assert_eq!(gets(&deal_as(Occasion::Even, &sellers), &sellers), [0, 5]);
    assert_eq!(gets(&deal_as(Occasion::Anew, &sellers), &sellers), [0, 10]);
    sellers[0].presence = Presence::Left;
    assert_eq!(gets(&deal_as(Occasion::Even, &sellers), &sellers), [0, 10]);
}

#[test]
fn other_ways_to_deal() {
    let mut sellers: Vec<_> = (0..3).map(seller).collect();
    sellers[0].weight = 3;
    sellers[0].regions = vec!["Sul".to_owned()];
    sellers[1].regions = vec!["Norte".to_owned()];
    let mut clients: Vec<_> = (0..20).map(client).collect();
    let by = |method, clients: &[Client], sellers: &[Seller]| {
        let settings = Settings {
            method,
            ..Settings::default()
        };
        gets(
            &deal(clients, sellers, &settings, Occasion::Even, &HashSet::new()),
            sellers,
        )
    };
    assert_eq!(by(DealMethod::Weighted, &clients, &sellers), [12, 4, 4]);
    for client in &mut clients[..9] {
        client.region = Some("Sul".to_owned());
    }
    // Eleven of no region go to the one who takes all.
    assert_eq!(by(DealMethod::Region, &clients, &sellers), [9, 0, 11]);
    sellers[2].tags = vec!["obra".to_owned()];
    clients[0].tags = vec!["vip".to_owned(), "obra".to_owned()];
    assert_eq!(by(DealMethod::Tag, &clients[..1], &sellers), [0, 0, 1]);

    sellers[0].capacity = Some(2);
    let settings = Settings {
        capacity: Some(5),
        ..Settings::default()
    };
    let full = deal(&clients, &sellers, &settings, Occasion::Even, &HashSet::new());
    assert_eq!(gets(&full, &sellers), [2, 5, 5]);
    assert_eq!(full.len(), 12, "nobody takes more than they can");

    clients[3].last_seller = Some(sellers[1].id);
    let settings = Settings {
        keep_last_seller: true,
        ..Settings::default()
    };
    let kept = deal(&clients, &sellers, &settings, Occasion::Even, &HashSet::new());
    let third = kept.iter().find(|step| step.client == clients[3].id).unwrap();
    assert_eq!(
        (third.to, third.choice),
        (Some(sellers[1].id), Some(Choice::LastSeller))
    );
}

/// Something that happens on the floor.
#[derive(Clone, Debug)]
enum Step {
    Comes(usize),
    Goes(usize),
    Contacts(usize),
    Places { client: usize, seller: usize },
    Releases(usize),
    BuysAgain(usize),
    StartsToTalk(usize),
    Redistributes,
    Cycle,
}

const SELLERS: usize = 5;
const CLIENTS: usize = 40;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..SELLERS).prop_map(Step::Comes),
        3 => (0..SELLERS).prop_map(Step::Goes),
        4 => (0..CLIENTS).prop_map(Step::Contacts),
        2 => (0..CLIENTS, 0..SELLERS).prop_map(|(client, seller)| Step::Places { client, seller }),
        1 => (0..CLIENTS).prop_map(Step::Releases),
        1 => (0..CLIENTS).prop_map(Step::BuysAgain),
        1 => (0..CLIENTS).prop_map(Step::StartsToTalk),
        1 => Just(Step::Redistributes),
        1 => Just(Step::Cycle),
    ]
}

/// The floor as the database has it.
struct Floor {
    clients: Vec<Client>,
    contacted: BTreeMap<usize, UserId>,
    sellers: Vec<Seller>,
    talking: HashSet<ContactId>,
    /// Everything that was ever moved, in order.
    ledger: Vec<Move>,
}

impl Floor {
    fn run(&mut self, occasion: Occasion) {
        let settings = Settings::default();
        let open: Vec<Client> = self.open().cloned().collect();
        let before: BTreeMap<ContactId, Option<Holder>> =
            open.iter().map(|client| (client.id, client.holder)).collect();
        let moves = deal(&open, &self.sellers, &settings, occasion, &self.talking);
        assert_eq!(
            moves,
            deal(&open, &self.sellers, &settings, occasion, &self.talking),
            "the same gives the same"
        );

        let mut moved = HashSet::new();
        for step in &moves {
            assert!(moved.insert(step.client), "one client, one move");
            assert_eq!(
                before[&step.client].map(|holder| holder.seller),
                step.from,
                "nobody loses what they do not have"
            );
            let holder = before[&step.client];
            let is_online = holder.is_some_and(|holder| self.presence(holder.seller) == Presence::Online);
            assert!(
                !(is_online && self.talking.contains(&step.client)),
                "not in the middle of a talk"
            );
            let is_placed = is_online && holder.is_some_and(|holder| holder.by_hand);
            assert!(!(is_placed && occasion == Occasion::Even), "what somebody placed stays");
            self.place(step);
        }
        self.check(&open, &moves, occasion);
        for seller in &mut self.sellers {
            if seller.presence == Presence::Left {
                seller.presence = Presence::Away;
            }
        }
    }

    fn open(&self) -> impl Iterator<Item = &Client> {
        let contacted = &self.contacted;
        let all = self.clients.iter().enumerate();
        all.filter(|(number, _)| !contacted.contains_key(number))
            .map(|(_, client)| client)
    }

    fn presence(&self, seller: UserId) -> Presence {
        self.sellers.iter().find(|other| other.id == seller).unwrap().presence
    }

    fn place(&mut self, step: &Move) {
        let client = self.clients.iter_mut().find(|client| client.id == step.client).unwrap();
        client.last_seller = client.holder.map(|holder| holder.seller).or(client.last_seller);
        client.holder = step.to.map(|seller| Holder {
            seller,
            by_hand: step.reason == Reason::ByHand,
        });
        self.ledger.push(*step);
    }

    fn check(&self, before: &[Client], moves: &[Move], occasion: Occasion) {
        let online: Vec<UserId> = self
            .sellers
            .iter()
            .filter(|seller| seller.presence == Presence::Online)
            .map(|seller| seller.id)
            .collect();
        let load = |seller: UserId| {
            self.open()
                .filter(|client| client.holder.is_some_and(|holder| holder.seller == seller))
                .count()
        };
        for client in self.open() {
            match client.holder {
                Some(holder) => assert!(
                    online.contains(&holder.seller)
                        || (holder.by_hand && self.presence(holder.seller) == Presence::Away),
                    "nobody is with a seller who left"
                ),
                None => assert!(!client.is_eligible || online.is_empty(), "nobody is forgotten"),
            }
        }
        // What can be moved is within one of even: nobody who has something to give has two more than anybody else.
        let gives = |seller: UserId| {
            self.open().any(|client| {
                client.holder == Some(Holder { seller, by_hand: false }) && !self.talking.contains(&client.id)
            })
        };
        let fewest = online.iter().map(|seller| load(*seller)).min().unwrap_or_default();
        for seller in &online {
            assert!(
                !gives(*seller) || load(*seller) <= fewest + 1,
                "uneven: {} and {fewest}",
                load(*seller)
            );
        }
        if occasion == Occasion::Even {
            // As few moves as possible: who gives away would otherwise have more than who has the most now.
            let most = online.iter().map(|seller| load(*seller)).max().unwrap_or_default();
            for seller in &online {
                let had = before
                    .iter()
                    .filter(|client| client.holder.is_some_and(|holder| holder.seller == *seller))
                    .count();
                let gave = moves
                    .iter()
                    .filter(|step| step.from == Some(*seller) && step.reason == Reason::EvenedOut)
                    .count();
                let got = moves.iter().filter(|step| step.to == Some(*seller)).count();
                assert!(gave == 0 || (got == 0 && had >= most), "{gave} moved for nothing");
            }
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Comes(number) => self.sellers[*number].presence = Presence::Online,
            Step::Goes(number) => {
                if self.sellers[*number].presence == Presence::Online {
                    self.sellers[*number].presence = Presence::Left;
                }
            }
            Step::Contacts(number) => {
                if let Some(holder) = self.clients[*number].holder {
                    self.contacted.entry(*number).or_insert(holder.seller);
                }
            }
            Step::Places { client, seller } => {
                if !self.contacted.contains_key(client) {
                    let found = &self.clients[*client];
                    let by_hand = Move {
                        client: found.id,
                        from: found.holder.map(|holder| holder.seller),
                        to: Some(self.sellers[*seller].id),
                        reason: Reason::ByHand,
                        choice: Some(Choice::Person),
                    };
                    self.place(&by_hand);
                }
                // Nothing is dealt because of it.
                return;
            }
            Step::Releases(number) => {
                if let (Some(holder), false) = (self.clients[*number].holder, self.contacted.contains_key(number)) {
                    let client = self.clients[*number].id;
                    let (from, reason) = (Some(holder.seller), Reason::Released);
                    self.place(&Move {
                        client,
                        from,
                        to: None,
                        reason,
                        choice: None,
                    });
                }
                return;
            }
            Step::BuysAgain(number) => {
                self.clients[*number].is_eligible = !self.clients[*number].is_eligible;
                self.contacted.remove(number);
            }
            Step::StartsToTalk(number) => drop(self.talking.insert(self.clients[*number].id)),
            Step::Redistributes => return self.run(Occasion::Anew),
            Step::Cycle => self.contacted.clear(),
        }
        self.run(Occasion::Even);
    }
}

proptest! {
    #[test]
    fn nobody_is_lost_owned_twice_or_taken_away_and_everything_is_even(steps in prop::collection::vec(step(), 1..60)) {
        let mut floor = Floor {
            clients: (0..CLIENTS).map(client).collect(),
            contacted: BTreeMap::new(),
            sellers: (0..SELLERS).map(|number| Seller { presence: Presence::Away, ..seller(number) }).collect(),
            talking: HashSet::new(),
            ledger: Vec::new(),
        };
        for step in &steps {
            let contacted = floor.contacted.clone();
            floor.step(step);
            for (number, seller) in contacted.iter().filter(|(number, _)| floor.contacted.contains_key(number)) {
                prop_assert_eq!(floor.clients[*number].holder.map(|holder| holder.seller), Some(*seller), "contacted ones stay");
            }
        }
        // Whoever replays the ledger finds the same.
        let mut replayed: BTreeMap<ContactId, Option<UserId>> = BTreeMap::new();
        for step in &floor.ledger {
            prop_assert_eq!(replayed.insert(step.client, step.to).flatten(), step.from);
        }
        for client in &floor.clients {
            prop_assert_eq!(replayed.get(&client.id).copied().flatten(), client.holder.map(|holder| holder.seller));
        }
    }

    #[test]
    fn a_deal_by_weight_is_in_proportion(weights in prop::collection::vec(1_u32..6, 1..6), count in 0_usize..120) {
        let sellers: Vec<_> = weights.iter().enumerate().map(|(number, weight)| Seller { weight: *weight, ..seller(number) }).collect();
        let clients: Vec<_> = (0..count).map(client).collect();
        let settings = Settings { method: DealMethod::Weighted, ..Settings::default() };
        let moves = deal(&clients, &sellers, &settings, Occasion::Even, &HashSet::new());
        let counts = gets(&moves, &sellers);
        prop_assert_eq!(counts.iter().sum::<usize>(), count);
        for (one, of_one) in sellers.iter().zip(&counts) {
            for (other, of_other) in sellers.iter().zip(&counts) {
                // Giving one client over would not make it more even.
                prop_assert!((of_other + 1) * one.weight as usize >= of_one * other.weight as usize);
            }
        }
    }
}
