//! orders/sum: read orders line by line and add up what each customer spent.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fmt::Write,
};

use serde_json::json;

use crate::{protocol::Found, splitmix::SplitMix};

const ITEMS: [&str; 8] = [
    "bolt", "gear", "hinge", "lever", "pulley", "spring", "valve", "widget",
];

/// Orders such as "C0117,widget,3,19.99": customer, item, quantity, price.
pub fn generate(nonce: u64, records: u64) -> String {
    let mut random = SplitMix::new(nonce);
    let mut text = String::new();
    for _ in 0..records {
        let (customer, item) = (
            random.below(200),
            ITEMS[random.below(ITEMS.len() as u64) as usize],
        );
        let (quantity, cents) = (1 + random.below(9), 100 + random.below(9900));
        let (whole, cents) = (cents / 100, cents % 100);
        writeln!(text, "C{customer:04},{item},{quantity},{whole}.{cents:02}")
            .expect("a string grows");
    }
    text
}

#[derive(Default)]
pub struct Spending {
    cents: HashMap<String, u64>, // by customer
    orders: u64,
}

/// What each customer spent, and the number of orders. This is timed.
pub fn total(text: &str) -> Result<Spending, Box<dyn Error>> {
    let mut spending = Spending::default();
    for line in text.lines() {
        let mut fields = line.split(',');
        let (customer, quantity, price) =
            match (fields.next(), fields.next(), fields.next(), fields.next()) {
                (Some(customer), Some(_), Some(quantity), Some(price)) => {
                    (customer, quantity, price)
                }
                _ => return Err(format!("order {line:?}: want 4 fields").into()),
            };
        let (whole, cents) = price.split_once('.').ok_or("a price without cents")?;
        let cost =
            quantity.parse::<u64>()? * (whole.parse::<u64>()? * 100 + cents.parse::<u64>()?);
        *spending.cents.entry(customer.to_owned()).or_insert(0) += cost;
        spending.orders += 1;
    }
    Ok(spending)
}

pub fn describe(spending: &Spending) -> Found {
    let sorted: BTreeMap<_, _> = spending.cents.iter().collect();
    let customers = sorted.len() as u64;
    Found {
        result: json!(sorted),
        counters: json!({ "orders": spending.orders, "customers": customers }),
    }
}
