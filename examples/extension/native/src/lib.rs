//! The rewrite: edit distances, as an extension module for Python.

use pyo3::prelude::*;

/// How many characters have to be put in, taken out or exchanged to make one
/// word of the other (Levenshtein 1966).
#[pyfunction]
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = above[0];
        above[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = corner + usize::from(x != *y);
            corner = above[j + 1];
            above[j + 1] = changed.min(corner + 1).min(above[j] + 1);
        }
    }
    above[b.len()]
}

/// The distances of many pairs: one call across the boundary, and the whole list
/// converted there and back.
#[pyfunction]
fn distances(pairs: Vec<(String, String)>) -> Vec<usize> {
    pairs.iter().map(|(a, b)| distance(a, b)).collect()
}

#[pymodule]
fn edits(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("BUILD", if cfg!(debug_assertions) { "debug" } else { "release" })?;
    m.add_function(wrap_pyfunction!(distance, m)?)?;
    m.add_function(wrap_pyfunction!(distances, m)?)
}
