//! Lengths of time within limits, as patterns.

use super::limits::Wanted;

/// Lengths of time within these limits of seconds, minutes, hours and days. What is no length of time at all is
/// spoken of elsewhere.
pub(super) fn validity(limits: [(u64, u64); 4], words: &'static str) -> Wanted {
    let units: Vec<_> = limits
        .iter()
        .zip("smhd".chars())
        .map(|((least, most), unit)| format!("{}{unit}", between(*least, *most)))
        .collect();
    (format!("^(?!0*[1-9][0-9]*[smhd]$)|^0*({})$", units.join("|")), words)
}

/// A sign-in's length: whole minutes, in whatever unit.
pub(super) fn session() -> Wanted {
    let seconds: Vec<_> = (3..=15).map(|minutes| (minutes * 60).to_string()).collect();
    let pattern = format!("^(?!0*[1-9][0-9]*[smhd]$)|^0*(({})s|{}m)$", seconds.join("|"), between(3, 15));
    (pattern, "out of range: use `3m` to `15m`, in whole minutes")
}

/// A pattern for the whole numbers from `least`, which is not 0, to `most`, without zeros before them.
fn between(least: u64, most: u64) -> String {
    let mut patterns = Vec::new();
    let mut from = least;
    while from <= most {
        // As many digits at the end as can be any: 20…99, 100…999, 1000…1999.
        let mut free = 0;
        while from.is_multiple_of(10u64.pow(free + 1)) && from + 10u64.pow(free + 1) - 1 <= most {
            free += 1;
        }
        let step = 10u64.pow(free);
        // And as many values of the digit before them.
        let digit = from / step % 10;
        let top = (digit..=9).take_while(|one| from + (one - digit + 1) * step - 1 <= most).last().unwrap_or(digit);
        let head = match from / step / 10 {
            0 => String::new(),
            head => head.to_string(),
        };
        let one = if digit == top { digit.to_string() } else { format!("[{digit}-{top}]") };
        let rest = match free {
            0 => String::new(),
            1 => "[0-9]".to_owned(),
            more => format!("[0-9]{{{more}}}"),
        };
        patterns.push(format!("{head}{one}{rest}"));
        from += (top - digit + 1) * step;
    }
    format!("({})", patterns.join("|"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_range_is_matched_to_the_number() {
        for (least, most) in [(1, 1), (1, 24), (5, 1_440), (3, 15), (300, 86_400), (1, 3_650), (7, 99)] {
            let pattern = format!("^{}$", between(least, most));
            let schema = jsonschema::draft202012::new(&json!({ "pattern": pattern })).unwrap();
            for number in 0..most * 2 + 30 {
                let is_in = (least..=most).contains(&number);
                assert_eq!(
                    schema.is_valid(&json!(number.to_string())),
                    is_in,
                    "{number} in {least}..={most}: {pattern}"
                );
            }
        }
    }
}
