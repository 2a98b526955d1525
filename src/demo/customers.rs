//! Who buys at the demonstration company, and what. Days count from today, so that there is always somebody to call.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::contacts::seed::{SeedContact, SeedOrder};
use crate::fields::money::Money;
use crate::fields::noon;

/// Name, code and price.
pub(super) const PRODUCTS: [(&str, &str, &str); 8] = [
    ("Cimento CP II 50 kg", "CIM-50", "39.90"),
    ("Areia média, m³", "ARE-M", "118.00"),
    ("Brita 1, m³", "BRI-1", "132.50"),
    ("Bloco estrutural 14x19x39", "BLO-14", "4.35"),
    ("Vergalhão 10 mm, barra", "VER-10", "54.70"),
    ("Telha cerâmica portuguesa", "TEL-PT", "2.95"),
    ("Tinta acrílica fosca 18 L", "TIN-18", "289.00"),
    ("Porcelanato 60x60, m²", "POR-60", "64.90"),
];

const FIRST: [&str; 14] = [
    "Adriana", "Benedito", "Camila", "Diego", "Elisa", "Fábio", "Gabriela", "Heitor", "Isabel", "Júlio", "Lívia",
    "Marcos", "Natália", "Otávio",
];
const LAST: [&str; 10] = [
    "Barros",
    "Cardoso",
    "Duarte",
    "Esteves",
    "Figueiredo",
    "Guimarães",
    "Lacerda",
    "Meireles",
    "Peixoto",
    "Quintana",
];
const REGIONS: [&str; 4] = ["Zona Norte", "Zona Sul", "Zona Leste", "Zona Oeste"];
const NOTES: [&str; 3] = [
    "Prefere contato pela manhã",
    "Pede nota em nome da construtora",
    "Obra em andamento",
];

/// How many there are of each kind: bought of late, 30 to 60 days ago, 61 to 90, and longer ago.
const KINDS: [(usize, i64, i64); 4] = [(20, 1, 29), (55, 30, 60), (25, 61, 90), (20, 91, 240)];

/// All customers as of this moment.
pub(super) fn customers(now: DateTime<Utc>) -> Vec<SeedContact> {
    let kinds = KINDS.iter().flat_map(|(count, first, last)| {
        let days = last - first + 1;
        (0..*count).map(move |place| first + (i64::try_from(place).unwrap_or_default() * 7) % days)
    });
    kinds
        .enumerate()
        .map(|(number, days)| customer(number, days, now))
        .collect()
}

fn customer(number: usize, days: i64, now: DateTime<Utc>) -> SeedContact {
    let (first, last) = (FIRST[number % FIRST.len()], LAST[(number / FIRST.len()) % LAST.len()]);
    let plain = |name: &str| {
        let plain = name.to_lowercase().replace(['á', 'ã'], "a").replace('í', "i");
        plain.replace('ú', "u").replace('ç', "c")
    };
    let mut tags = Vec::new();
    if number.is_multiple_of(6) {
        tags.push("construtora".to_owned());
    }
    if number.is_multiple_of(9) {
        tags.push("vip".to_owned());
    }
    // The last purchase as many days ago as it should be; others, every four months or so, before it.
    let orders = (0..1 + number % 4).map(|earlier| {
        let ago = days + i64::try_from(earlier).unwrap_or_default() * 118;
        let value = 180 + (number * 137 + earlier * 53) % 4_200;
        SeedOrder {
            product: (number + earlier * 3) % PRODUCTS.len(),
            value: Money::parse(&json!(format!("{value}.{:02}", (number * 29) % 100))).unwrap_or(Money::ZERO),
            ordered_at: noon((now - TimeDelta::days(ago)).date_naive()),
        }
    });
    SeedContact {
        name: format!("{first} {last}"),
        phone: format!("+55 11 9{:04}-{:04}", 4_000 + number * 7, 1_000 + number * 61 % 9_000),
        email: format!("{}.{}@exemplo.com.br", plain(first), plain(last)),
        region: REGIONS[number % REGIONS.len()],
        tags,
        notes: number.is_multiple_of(5).then(|| NOTES[number % NOTES.len()]),
        orders: orders.collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::fields::phone;

    #[test]
    fn there_is_always_somebody_to_call_and_nobody_is_there_twice() {
        let now = "2026-11-22T02:00:00Z".parse().unwrap();
        let customers = customers(now);
        let last = |customer: &SeedContact| customer.orders.iter().map(|order| order.ordered_at).max().unwrap();
        let due = customers
            .iter()
            .filter(|customer| (30..=60).contains(&(now.date_naive() - last(customer).date_naive()).num_days()));
        assert_eq!(due.count(), 55);
        let phones: HashSet<_> = customers
            .iter()
            .map(|customer| phone::parse(&customer.phone).unwrap())
            .collect();
        let names: HashSet<_> = customers.iter().map(|customer| &customer.name).collect();
        assert_eq!((phones.len(), names.len()), (120, 120));
        assert!(
            customers
                .iter()
                .flat_map(|customer| &customer.orders)
                .all(|order| order.value > Money::ZERO)
        );
    }
}
