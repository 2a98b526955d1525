//! One transaction over all sellers of a tenant.
//!
//! It takes the floor's row first, so that the runs of a tenant come one after another whichever server they are on, then the topics of
//! all its sellers. While it holds these nobody contacts a client: what it reads is what there is.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::calendar::Calendar;
use super::deal::{Choice, Client, Holder, Move, Occasion, Presence, Reason, Seller, deal};
use super::store::{self, FloorRow, Standing};
use super::view::{Dealt, Preview, SellerLoad, SellerPreview};
use crate::auth::{Principal, Scope};
use crate::clock;
use crate::conversations;
use crate::db::{Connection, ContactId, Database, DbError, TenantId, UserId};
use crate::error::{Code, Error, Refusal};
use crate::http::once::{IdempotencyKey, once};
use crate::live::outside::{self, Happened, Shown};
use crate::live::{Feed, FeedHint, Live, Recipients};
use crate::sellers::Seller as SellerEntity;
use crate::sellers::event::{Assigned, AssignedClient, Event, Released, ReleasedClient};

/// Of so many clients at most an event tells what is known of them: more are better asked for.
const TOLD: usize = 50;

/// Why the floor looks by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// Sellers came or went: where none did, there is nothing to do.
    Sellers,
    /// Clients may have become eligible, or may no longer be.
    Clients,
}

impl Trigger {
    pub(super) fn and(self, other: Self) -> Self {
        if self == Trigger::Clients { self } else { other }
    }
}

/// What somebody orders.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Give a client to a seller.
    Reallocate { client_id: ContactId, seller_id: UserId },
    /// Take a client from whoever has it.
    Release { client_id: ContactId },
    /// Deal everything anew that was not contacted.
    Redistribute,
    /// From now on, nobody has been contacted.
    NewCycle,
    /// The contact is about to be deleted, or to become part of another one.
    Remove { client_id: ContactId },
}

impl Order {
    fn name(&self) -> &'static str {
        match self {
            Order::Reallocate { .. } => "reallocate",
            Order::Release { .. } => "release",
            Order::Redistribute => "redistribute",
            Order::NewCycle => "new_cycle",
            Order::Remove { .. } => "remove",
        }
    }
}

/// For how long a seller counts as there whose server is not heard any more.
const LEASE: TimeDelta = TimeDelta::seconds(30);

/// Who of a tenant is connected to this server. Others may be connected elsewhere: it says nothing of them.
#[derive(Clone, Debug)]
pub(super) struct Attending {
    pub(super) present: Vec<UserId>,
    /// Who closed their last socket or signed out, and until when they count as there.
    pub(super) leaving: Vec<(UserId, DateTime<Utc>)>,
}

impl Attending {
    fn leases(&self) -> Vec<(UserId, DateTime<Utc>)> {
        let until = clock::now() + LEASE;
        let present = self.present.iter().map(|user| (*user, until));
        present.chain(self.leaving.iter().copied()).collect()
    }
}

/// What is to be told once the transaction is committed.
#[derive(Default)]
struct Told {
    shown: Vec<Shown>,
    hints: Vec<FeedHint>,
}

impl Told {
    fn tell(self, live: &Live, tenant: TenantId) {
        live.show(self.shown);
        let feeds = live.feed(tenant);
        for hint in self.hints {
            feeds.send(hint);
        }
    }

    /// Something for the floor's followers, also under the name that the document has for it.
    fn hint(&mut self, kind: &'static str, alias: &'static str, data: &serde_json::Value) {
        let hint = FeedHint::new(Feed::Floor, Recipients::Everyone, kind, data);
        self.hints.push(hint.with_alias(alias));
    }
}

/// Deals because somebody came, went or bought.
///
/// # Errors
/// When the database is away, or others were in the way.
pub(super) async fn by_itself(
    db: &Database,
    live: &Live,
    tenant: TenantId,
    attending: &Attending,
    trigger: Trigger,
) -> Result<(), Error> {
    let is_same = db
        .tenant(tenant, async |conn| {
            store::floor_lock(tenant, conn).await?;
            store::leases_write(tenant, &attending.leases(), conn).await?;
            let (sellers, now) = (store::sellers(tenant, conn).await?, clock::now());
            Ok::<_, DbError>(sellers.iter().all(|seller| seller.is_online == is_there(seller, now)))
        })
        .await?;
    if is_same && trigger == Trigger::Sellers {
        return Ok(());
    }
    let by = Principal::system(tenant);
    let mut told = Told::default();
    db.tenant(tenant, async |conn| {
        let mut table = Table::set(tenant, &by, conn).await?;
        let moves = table.deal(Occasion::Even);
        table.finish("deal", moves, &mut told, conn).await.map(drop)
    })
    .await?;
    told.tell(live, tenant);
    Ok(())
}

/// Does what somebody ordered.
///
/// # Errors
/// `not_found`, `invalid`, `not_assigned`, `already_contacted`; `unavailable`, when others were in the way.
pub(super) async fn on_order(
    db: &Database,
    live: &Live,
    scope: &Scope,
    key: IdempotencyKey,
    order: Order,
    attending: &Attending,
) -> Result<Dealt, Error> {
    let (tenant, what) = (scope.tenant, format!("POST /distribution/{}", order.name()));
    let mut told = Told::default();
    let dealt = once(db, scope, key, &what, &order, async |conn| {
        store::floor_lock(tenant, conn).await?;
        store::leases_write(tenant, &attending.leases(), conn).await?;
        if order == Order::NewCycle {
            store::cycle_begin(tenant, clock::now(), conn).await?;
        }
        let mut table = Table::set(tenant, scope, conn).await?;
        let moves = match &order {
            Order::Reallocate { client_id, seller_id } => table.reallocate(*client_id, *seller_id, conn).await?,
            Order::Release { client_id } => table.release(*client_id)?,
            Order::Redistribute => table.deal(Occasion::Anew),
            Order::NewCycle => table.deal(Occasion::Even),
            Order::Remove { client_id } => table.remove(*client_id),
        };
        let dealt = table.finish(order.name(), moves, &mut told, conn).await?;
        if let Order::Remove { client_id } = &order {
            store::assignment_delete(tenant, *client_id, conn).await?;
        }
        Ok(dealt)
    })
    .await?;
    told.tell(live, tenant);
    Ok(dealt)
}

/// Does a run on a thread of its own: over a hundred thousand clients it computes for longer than others may wait for theirs.
pub(super) fn aside<R, W>(db: &Database, run: W) -> impl Future<Output = Result<R, Error>> + use<R, W>
where
    R: Send + 'static,
    W: AsyncFnOnce() -> Result<R, Error> + Send + 'static,
{
    let runtime = db.runtime().clone();
    let driver = runtime.clone();
    let done = runtime.spawn_blocking(move || driver.block_on(run()));
    async move { done.await.map_err(Error::internal)? }
}

/// What dealing everything anew would change.
///
/// # Errors
/// When the database is away.
pub(super) async fn preview(db: &Database, tenant: TenantId) -> Result<Preview, Error> {
    let reader = db.clone();
    let read = async move || {
        let by = Principal::system(tenant);
        let work = async |conn: &mut Connection| {
            let floor = store::floor(tenant, conn).await?;
            let mut table = Table::read(tenant, floor, &by, conn).await?;
            let before = table.loads();
            let moves = table.deal(Occasion::Anew);
            Ok(table.preview(&before, &moves))
        };
        reader.snapshot(tenant, work).await
    };
    aside(db, read).await
}

fn is_there(seller: &store::SellerRow, now: DateTime<Utc>) -> bool {
    seller.is_seller && !seller.is_paused && seller.online_until.is_some_and(|until| until > now)
}

/// All sellers of a tenant and all clients that concern them.
struct Table<'a> {
    tenant: TenantId,
    by: &'a Principal,
    now: DateTime<Utc>,
    calendar: Calendar,
    floor: FloorRow,
    rows: Vec<store::SellerRow>,
    sellers: Vec<Seller>,
    /// How many clients of a seller were contacted in this cycle, and so are no business of a deal.
    contacted: HashMap<ContactId, UserId>,
    clients: Vec<Client>,
    /// Who is in a conversation with whom.
    talking: HashSet<(ContactId, UserId)>,
    /// Clients whose contact no longer counts: they are taken back first.
    outdated: Vec<Move>,
}

impl<'a> Table<'a> {
    /// Takes all locks, and reads.
    async fn set(tenant: TenantId, by: &'a Principal, conn: &mut Connection) -> Result<Self, Error> {
        let floor = store::floor_lock(tenant, conn).await?;
        let ids = store::seller_ids(tenant, conn).await?;
        outside::lock_topics(tenant, &ids, conn).await?;
        Self::read(tenant, floor, by, conn).await
    }

    async fn read(tenant: TenantId, floor: FloorRow, by: &'a Principal, conn: &mut Connection) -> Result<Self, Error> {
        let now = clock::now();
        let calendar = Calendar::new(now, store::zone(tenant, conn).await?);
        let rows = store::sellers(tenant, conn).await?;
        let sellers = rows.iter().map(|row| seller(row, now)).collect();
        let window = calendar.window(&floor.settings);
        let standings = store::standings(tenant, &window, conn).await?;
        let talking = conversations::in_hand(tenant, conn).await?.into_iter().collect();
        let mut table = Self {
            talking,
            tenant,
            by,
            now,
            calendar,
            floor,
            rows,
            sellers,
            contacted: HashMap::new(),
            clients: Vec::with_capacity(standings.len()),
            outdated: Vec::new(),
        };
        for standing in standings {
            let is_eligible = standing.bought_at.is_some_and(|bought| window.contains(&bought));
            table.take(standing, is_eligible);
        }
        Ok(table)
    }

    fn take(&mut self, standing: Standing, is_eligible: bool) {
        let mut last_seller = standing.last_seller;
        let holder = match (standing.seller, standing.is_contacted) {
            (Some(seller), true) if standing.counts(self.floor.cycle) => {
                self.contacted.insert(standing.id, seller);
                return;
            }
            (Some(seller), true) => {
                let reason = if standing.cycle == Some(self.floor.cycle) {
                    Reason::NotEligible
                } else {
                    Reason::NewCycle
                };
                self.outdated.push(Move {
                    client: standing.id,
                    from: Some(seller),
                    to: None,
                    reason,
                    choice: None,
                });
                last_seller = Some(seller);
                None
            }
            (Some(seller), false) => Some(Holder {
                seller,
                by_hand: standing.by_hand,
            }),
            (None, _) => None,
        };
        self.clients.push(Client {
            id: standing.id,
            bought_at: standing.bought_at,
            region: standing.region,
            tags: standing.tags,
            is_eligible,
            holder,
            last_seller,
        });
    }

    fn deal(&mut self, occasion: Occasion) -> Vec<Move> {
        // Nobody is taken away in the middle of a conversation with their seller.
        let held = |client: &&Client| {
            let holder = client.holder.as_ref();
            holder.is_some_and(|holder| self.talking.contains(&(client.id, holder.seller)))
        };
        let protected = self.clients.iter().filter(held).map(|client| client.id).collect();
        let mut moves = std::mem::take(&mut self.outdated);
        moves.extend(deal(
            &self.clients,
            &self.sellers,
            &self.floor.settings,
            occasion,
            &protected,
        ));
        moves
    }

    /// Whose client this is; nobody's contacts that no longer count.
    fn holder(&self, client: ContactId) -> Option<UserId> {
        let known = self.clients.iter().find(|known| known.id == client);
        let holder = known.and_then(|known| known.holder).map(|holder| holder.seller);
        let outdated = self.outdated.iter().find(|step| step.client == client);
        holder.or_else(|| outdated.and_then(|step| step.from))
    }

    async fn reallocate(&self, client: ContactId, seller: UserId, conn: &mut Connection) -> Result<Vec<Move>, Error> {
        let mut wrong = Vec::new();
        if !self.rows.iter().any(|row| row.id == seller && row.is_seller) {
            wrong.extend(Refusal::field("seller_id", "not_found", "is no active seller").fields);
        }
        if !store::contact_exists(self.tenant, client, conn).await? {
            wrong.extend(Refusal::field("client_id", "not_found", "is no contact").fields);
        }
        if !wrong.is_empty() {
            return Err(Refusal::invalid(wrong).into());
        }
        if self.contacted.contains_key(&client) {
            return Err(Code::AlreadyContacted.into());
        }
        Ok(vec![Move {
            client,
            from: self.holder(client),
            to: Some(seller),
            reason: Reason::ByHand,
            choice: Some(Choice::Person),
        }])
    }

    fn release(&self, client: ContactId) -> Result<Vec<Move>, Error> {
        if self.contacted.contains_key(&client) {
            return Err(Code::AlreadyContacted.into());
        }
        let from = self.holder(client).ok_or(Code::ClientNotAssigned)?;
        Ok(vec![Move {
            client,
            from: Some(from),
            to: None,
            reason: Reason::Released,
            choice: None,
        }])
    }

    fn remove(&self, client: ContactId) -> Vec<Move> {
        let from = self.contacted.get(&client).copied().or_else(|| self.holder(client));
        let gone = from.map(|from| Move {
            client,
            from: Some(from),
            to: None,
            reason: Reason::Removed,
            choice: None,
        });
        gone.into_iter().collect()
    }

    /// How many clients wait with each seller.
    fn loads(&self) -> BTreeMap<UserId, usize> {
        let mut loads = BTreeMap::new();
        for holder in self.clients.iter().filter_map(|client| client.holder) {
            *loads.entry(holder.seller).or_default() += 1;
        }
        loads
    }

    fn loads_after(&self, moves: &[Move]) -> BTreeMap<UserId, usize> {
        let mut loads = self.loads();
        let waiting: HashSet<ContactId> = self
            .clients
            .iter()
            .filter(|client| client.holder.is_some())
            .map(|client| client.id)
            .collect();
        for step in moves {
            if let Some(from) = step.from.filter(|_| waiting.contains(&step.client)) {
                *loads.entry(from).or_default() -= 1;
            }
            if let Some(to) = step.to {
                *loads.entry(to).or_default() += 1;
            }
        }
        loads
    }

    fn preview(&self, before: &BTreeMap<UserId, usize>, moves: &[Move]) -> Preview {
        let after = self.loads_after(moves);
        let count = |loads: &BTreeMap<UserId, usize>, seller| loads.get(&seller).copied().unwrap_or_default();
        let changed = || moves.iter().filter(|step| step.from != step.to);
        let sellers: Vec<SellerPreview> = self
            .rows
            .iter()
            .filter(|row| row.is_seller)
            .map(|row| SellerPreview {
                id: row.id,
                name: row.name.clone(),
                is_online: row.is_online,
                before: count(before, row.id),
                after: count(&after, row.id),
                gains: changed().filter(|step| step.to == Some(row.id)).count(),
                loses: changed().filter(|step| step.from == Some(row.id)).count(),
            })
            .collect();
        Preview {
            moved: changed().count(),
            total: after.values().sum(),
            sellers,
        }
    }

    /// Writes what is different now, and gathers what is to be told.
    async fn finish(
        self,
        occasion: &'static str,
        moves: Vec<Move>,
        told: &mut Told,
        conn: &mut Connection,
    ) -> Result<Dealt, Error> {
        self.take_down_presence(told, conn).await?;
        let loads = self.loads_after(&moves);
        let sellers: Vec<SellerLoad> = self
            .sellers
            .iter()
            .zip(&self.rows)
            .filter(|(seller, _)| seller.presence == Presence::Online)
            .map(|(seller, row)| SellerLoad {
                id: seller.id,
                name: row.name.clone(),
                clients: loads.get(&seller.id).copied().unwrap_or_default(),
            })
            .collect();
        let total = sellers.iter().map(|seller| seller.clients).sum();
        let run_id = clock::new_id();
        if !moves.is_empty() {
            let run = store::NewRun {
                id: run_id,
                number: self.floor.runs + 1,
                occasion,
                settings: &self.floor.settings,
                online: sellers.iter().map(|seller| seller.id.0).collect(),
                by: serde_json::to_value(self.by.author()).map_err(Error::internal)?,
                at: self.now,
            };
            store::run_insert(self.tenant, &run, &moves, conn).await?;
            told.shown = self.append(run_id, &moves, conn).await?;
        }
        let data =
            json!({ "sellers": sellers, "total": total, "run_id": run_id, "moved": moves.len(), "occasion": occasion });
        match (occasion, moves.as_slice()) {
            ("reallocate", [step]) => {
                let data = json!({
                    "client_id": step.client, "from_seller_id": step.from, "to_seller_id": step.to, "run_id": run_id,
                });
                told.hint("client.reallocated", "cliente_realocado", &data);
            }
            ("release" | "remove", [step]) => {
                let data = json!({ "client_id": step.client, "from_seller_id": step.from, "run_id": run_id });
                told.hint("client.released", "cliente_liberado", &data);
            }
            (_, []) if occasion == "deal" => {}
            _ => told.hint("redistribution.completed", "redistribuicao_completa", &data),
        }
        tracing::info!(tenant.id = %self.tenant, occasion, moved = moves.len(), sellers = sellers.len(), "Dealt");
        Ok(Dealt {
            run_id: (!moves.is_empty()).then_some(run_id),
            cycle: self.floor.cycle,
            moved: moves.len(),
            sellers,
            total,
        })
    }

    /// Writes down who came and went since the last run.
    async fn take_down_presence(&self, told: &mut Told, conn: &mut Connection) -> Result<(), Error> {
        let changed: Vec<(UserId, bool)> = self
            .sellers
            .iter()
            .zip(&self.rows)
            .map(|(seller, row)| (row, seller.presence == Presence::Online))
            .filter(|(row, is_online)| row.is_online != *is_online)
            .map(|(row, is_online)| {
                let (kind, alias) = if is_online {
                    ("seller.online", "vendedor_online")
                } else {
                    ("seller.offline", "vendedor_offline")
                };
                let data = json!({ "seller_id": row.id, "name": row.name, "is_paused": row.is_paused });
                told.hint(kind, alias, &data);
                (row.id, is_online)
            })
            .collect();
        if !changed.is_empty() {
            store::sellers_online(self.tenant, &changed, self.now, conn).await?;
        }
        Ok(())
    }

    /// The events of all sellers whose clients change: what goes before what comes.
    async fn append(&self, run_id: Uuid, moves: &[Move], conn: &mut Connection) -> Result<Vec<Shown>, Error> {
        let mut given: BTreeMap<UserId, Vec<&Move>> = BTreeMap::new();
        let mut taken: BTreeMap<UserId, Vec<&Move>> = BTreeMap::new();
        for step in moves {
            if let Some(from) = step.from {
                taken.entry(from).or_default().push(step);
            }
            if let Some(to) = step.to {
                given.entry(to).or_default().push(step);
            }
        }
        let few = given.values().filter(|steps| steps.len() <= TOLD).flatten();
        let few: Vec<ContactId> = few.map(|step| step.client).collect();
        let mut cards = store::cards(self.tenant, &few, &self.calendar, conn).await?;
        let concerned: HashSet<UserId> = given.keys().chain(taken.keys()).copied().collect();
        let mut happened = Vec::with_capacity(concerned.len());
        for seller in concerned {
            let mut records = Vec::new();
            if let Some(steps) = taken.get(&seller) {
                let clients: Vec<ReleasedClient> = steps
                    .iter()
                    .map(|step| ReleasedClient {
                        id: step.client,
                        reason: step.reason,
                        to_seller_id: step.to,
                    })
                    .collect();
                let client_id = only(&clients, |client| client.id);
                records.push(
                    Event::Released(Released {
                        client_id,
                        clients,
                        run_id,
                    })
                    .record(),
                );
            }
            if let Some(steps) = given.get(&seller) {
                let clients: Vec<AssignedClient> = steps
                    .iter()
                    .map(|step| AssignedClient {
                        id: step.client,
                        placed_by_hand: step.reason == Reason::ByHand,
                        reason: step.reason,
                        choice: step.choice,
                        assigned_at: self.now,
                        client: cards.remove(&step.client),
                    })
                    .collect();
                let client_id = only(&clients, |client| client.id);
                records.push(
                    Event::Assigned(Assigned {
                        client_id,
                        clients,
                        run_id,
                    })
                    .record(),
                );
            }
            let topic = SellerEntity::topic(self.tenant, seller);
            happened.push(Happened { topic, records });
        }
        let cause = json!({ "run_id": run_id });
        Ok(outside::append(self.tenant, &happened, self.by, &cause, self.now, conn).await?)
    }
}

fn only<T>(clients: &[T], id: impl Fn(&T) -> ContactId) -> Option<ContactId> {
    match clients {
        [one] => Some(id(one)),
        _ => None,
    }
}

fn seller(row: &store::SellerRow, now: DateTime<Utc>) -> Seller {
    let presence = match (is_there(row, now), row.is_online) {
        (true, _) => Presence::Online,
        (false, true) => Presence::Left,
        // Whoever is no seller any more gives everything back.
        (false, false) if !row.is_seller => Presence::Left,
        (false, false) => Presence::Away,
    };
    Seller {
        id: row.id,
        presence,
        weight: u32::try_from(row.weight).unwrap_or(1),
        capacity: row.capacity.and_then(|capacity| u32::try_from(capacity).ok()),
        regions: row.regions.clone(),
        tags: row.tags.clone(),
    }
}
