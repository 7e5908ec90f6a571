//! `eval pairs FILE`: the matcher's record linkage on labelled pairs of fingerprints.
//!
//! Each pair is scored by a model whose training pairs hold no identical row, since most pairs of one browser are alike to the last
//! column. Weights, groups and smoothing are the linkage crate's; nothing else is fitted.

mod attributes;
mod curve;
mod figures;
mod folds;
mod read;
mod weights;

#[cfg(test)]
mod tests;

use super::Figures;
use crate::args::Args;
use crate::failure::{Because, Outcome};
use crate::workspace::Workspace;

pub fn measure(workspace: &Workspace, mut args: Args) -> Outcome<Figures> {
    let source = args.value("--write-weights")?;
    let file = args.positional().ok_or_else(|| args.refusal("the file of pairs is missing"))?;
    args.finish()?;
    let text = std::fs::read_to_string(&file).because(|| format!("reading {file}"))?;
    let pairs = read::parse(&text)?;
    if let Some(source) = source {
        weights::write(workspace, &pairs, &source)?;
    }
    Ok(figures::of(&folds::score(&pairs)))
}
