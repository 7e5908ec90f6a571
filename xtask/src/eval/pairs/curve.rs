//! The receiver operating characteristic of scored pairs, and three figures read off it.

use login_guard_linkage::Truth;

/// What is read off a curve; all between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Read {
    /// Area under the curve.
    pub auc: f64,
    /// Equal error rate: where as many pairs of two browsers are taken for one as pairs of one for two.
    pub eer: f64,
    /// Share of pairs of one browser recognised while at most 1 % of pairs of two are taken for one.
    pub tpr_at_fpr_1pct: f64,
}

/// One pair on the curve.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Higher speaks for the same browser.
    pub score: f64,
    /// Which kind it is.
    pub truth: Truth,
    /// How often it counts.
    pub weight: u32,
}

/// Reads off the curve of points in descending order of their scores; nothing if one kind is missing. Equal scores are one step.
pub fn read(points: &[Point]) -> Option<Read> {
    let total = |truth| points.iter().filter(|point| point.truth == truth).map(|point| f64::from(point.weight)).sum();
    let (another, same): (f64, f64) = (total(Truth::Another), total(Truth::Same));
    if another <= 0.0 || same <= 0.0 {
        return None;
    }
    let (mut x, mut y) = (0.0, 0.0);
    let (mut auc, mut eer, mut tpr) = (0.0, None, 0.0);
    for step in points.chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq()) {
        let (x_before, y_before) = (x, y);
        for point in step {
            match point.truth {
                Truth::Another => x += f64::from(point.weight) / another,
                Truth::Same => y += f64::from(point.weight) / same,
            }
        }
        auc += (x - x_before) * (y + y_before) / 2.0;
        // where the step crosses the line from "all refused" to "all accepted"
        let (before, after) = (x_before + y_before - 1.0, x + y - 1.0);
        if eer.is_none() && after >= 0.0 {
            let part = if after > before { -before / (after - before) } else { 0.0 };
            eer = Some(x_before + part * (x - x_before));
        }
        if x <= 0.01 {
            tpr = y;
        }
    }
    Some(Read { auc, eer: eer.unwrap_or(x), tpr_at_fpr_1pct: tpr })
}
