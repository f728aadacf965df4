//! words/top: count the words of a text and find the ten most frequent.

use std::{collections::HashMap, error::Error};

use serde_json::json;

use crate::{protocol::Found, splitmix::SplitMix};

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 5] = b"aeiou";
const MARKS: [&str; 3] = [". ", ", ", "\n"];

/// A word of two syllables for each rank from 0 to 6399.
fn word(rank: u64) -> String {
    let syllable = |s: u64| [CONSONANTS[s as usize / 5], VOWELS[s as usize % 5]];
    let letters = [syllable(rank % 80), syllable(rank / 80)].concat();
    letters.into_iter().map(char::from).collect()
}

/// Sentences, in which a few words are frequent and most are rare.
pub fn generate(nonce: u64, words: u64) -> String {
    let mut random = SplitMix::new(nonce);
    let mut text = String::new();
    let mut begins = true; // a sentence
    for _ in 0..words {
        let limit = 1 + random.below(6400);
        let mut word = word(random.below(limit));
        if begins {
            word[..1].make_ascii_uppercase();
        }
        text.push_str(&word);
        let mark = random.below(12);
        begins = mark == 0;
        text.push_str(MARKS.get(mark as usize).copied().unwrap_or(" "));
    }
    text
}

pub struct Ranking {
    top: Vec<(String, u64)>,
    counts: HashMap<String, u64>,
}

/// The ten most frequent words, and how often each word occurs. This is timed.
pub fn top(text: &str) -> Result<Ranking, Box<dyn Error>> {
    let mut counts = HashMap::new();
    for token in text.split_whitespace() {
        *counts
            .entry(token.trim_matches(&['.', ','][..]).to_lowercase())
            .or_insert(0) += 1;
    }
    let mut ranked: Vec<(&String, &u64)> = counts.iter().collect();
    ranked.sort_unstable_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let top = ranked
        .iter()
        .take(10)
        .map(|(word, count)| (word.to_string(), **count))
        .collect();
    Ok(Ranking { top, counts })
}

pub fn describe(ranking: &Ranking) -> Found {
    let words: u64 = ranking.counts.values().sum();
    Found {
        result: json!(ranking.top),
        counters: json!({ "words": words, "distinct": ranking.counts.len() }),
    }
}
