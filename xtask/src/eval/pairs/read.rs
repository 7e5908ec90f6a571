//! Reading a file of pairs: comma-separated numbers under one line of headings.

use std::collections::BTreeMap;

use login_guard_linkage::Truth;

use super::attributes::{ATTRIBUTES, LABEL, index};
use crate::failure::{Because, Failure, Outcome};

/// A pair, however often it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Which kind it is.
    pub truth: Truth,
    /// Agreement of each attribute, 0 to 1, in the order of the table.
    pub ratios: Vec<f64>,
    /// How many rows are identical to it.
    pub rows: u32,
}

impl Pair {
    /// Levels of agreement, in the order of the table.
    pub fn levels(&self) -> Vec<u8> {
        ATTRIBUTES.iter().zip(&self.ratios).map(|(attribute, ratio)| attribute.level(*ratio)).collect()
    }

    /// Whether one attribute is equal.
    pub fn is_equal(&self, name: &str) -> bool {
        index(name).and_then(|index| self.ratios.get(index)).is_some_and(|ratio| *ratio >= 1.0)
    }

    /// Whether it would be told apart by operating system or browser alone.
    pub fn is_easy(&self) -> bool {
        self.truth == Truth::Another && !(self.is_equal("os") && self.is_equal("browserFamily"))
    }

    /// What makes two pairs identical but for their kind.
    pub fn key(&self) -> Vec<u64> {
        self.ratios.iter().map(|ratio| ratio.to_bits()).collect()
    }
}

/// The distinct pairs of a file, in the order of their values, so that the order of rows decides nothing.
pub fn parse(text: &str) -> Outcome<Vec<Pair>> {
    let mut lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let (_, head) = lines.next().ok_or_else(|| Failure::new("the file of pairs is empty"))?;
    let headings: Vec<&str> = head.split(',').map(str::trim).collect();
    let column = |name: &str| {
        let found = headings.iter().position(|heading| *heading == name);
        found.ok_or_else(|| Failure::new(format!("the file of pairs has no column {name}")))
    };
    let label = column(LABEL)?;
    let columns = ATTRIBUTES.iter().map(|attribute| column(attribute.name)).collect::<Outcome<Vec<_>>>()?;
    let mut distinct: BTreeMap<(Truth, Vec<u64>), Pair> = BTreeMap::new();
    for (number, line) in lines {
        let pair = pair(line, label, &columns, headings.len()).because(|| format!("line {}", number + 1))?;
        distinct.entry((pair.truth, pair.key())).or_insert(Pair { rows: 0, ..pair }).rows += 1;
    }
    let pairs: Vec<Pair> = distinct.into_values().collect();
    for truth in [Truth::Another, Truth::Same] {
        if !pairs.iter().any(|pair| pair.truth == truth) {
            return Err(Failure::new("a file of pairs needs pairs of one browser and pairs of two"));
        }
    }
    Ok(pairs)
}

fn pair(line: &str, label: usize, columns: &[usize], count: usize) -> Outcome<Pair> {
    let values: Vec<&str> = line.split(',').map(str::trim).collect();
    if values.len() != count {
        return Err(Failure::new(format!("expected {count} values, found {}", values.len())));
    }
    let ratio = |column: &usize| {
        let text = values.get(*column).copied().unwrap_or_default();
        let ratio = text.parse::<f64>().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        // 0 and -0 are one value
        ratio.map(|ratio| ratio + 0.0).ok_or_else(|| Failure::new(format!("{text:?} is no number from 0 to 1")))
    };
    let truth = if ratio(&label)? >= 1.0 { Truth::Same } else { Truth::Another };
    Ok(Pair { truth, ratios: columns.iter().map(ratio).collect::<Outcome<_>>()?, rows: 1 })
}
