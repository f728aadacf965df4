//! One text for one value, whatever the language, so that equal results have
//! equal digests. Keys are sorted by code point and nothing is between them;
//! texts are UTF-8, of which only what JSON demands is escaped; integers are
//! written in full and floats with the fewest digits that read back, as
//! JavaScript does: 4, 0.1, 1e-7. Nothing here needs to change.

use serde_json::Value;

pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    append(&mut out, value);
    out
}

fn append(out: &mut String, value: &Value) {
    match value {
        Value::Number(number) if number.is_f64() => out.push_str(&shortest(&number.to_string())),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                separate(out, i);
                append(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (i, (key, item)) in members.into_iter().enumerate() {
                separate(out, i);
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                append(out, item);
            }
            out.push('}');
        }
        _ => out.push_str(&value.to_string()),
    }
}

fn separate(out: &mut String, i: usize) {
    if i > 0 {
        out.push(',');
    }
}

/// Of serde_json's text, which has the right digits: of two that are equally
/// near it takes the even one, as other languages do and `{:e}` does not.
fn shortest(number: &str) -> String {
    let (mantissa, exponent) = number.split_once('e').unwrap_or((number, "0"));
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    // The value is 0.DIGITS times ten to the power of point.
    let point =
        exponent.parse().unwrap_or(0) + whole.len() as i32 - (all.len() - digits.len()) as i32;
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".into(); // also minus zero
    }
    format!("{sign}{}", place(digits, point))
}

fn place(digits: &str, point: i32) -> String {
    if !(-5..=21).contains(&point) {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        return format!("{first}{dot}{rest}e{:+}", point - 1);
    }
    if point <= 0 {
        return format!("0.{}{digits}", "0".repeat(-point as usize));
    }
    let point = point as usize;
    if digits.len() <= point {
        return format!("{digits:0<point$}");
    }
    format!("{}.{}", &digits[..point], &digits[point..])
}
