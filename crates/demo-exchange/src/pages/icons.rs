//! Pictures drawn in place.

use maud::{Markup, html};

/// The mark: a hill and its reflection in still water.
pub(super) fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" {
            path d="M4 16 L13 5 L18 11 L21 8 L28 16 Z" fill="currentColor" {}
            path d="M7 19.5 H25 M10 23 H22 M13 26.5 H19" stroke="currentColor" stroke-width="2" stroke-linecap="round" fill="none" opacity=".55" {}
        }
    }
}

/// A calm price curve for the first page.
pub(super) fn chart() -> Markup {
    html! {
        svg.chart viewBox="0 0 420 300" aria-hidden="true" {
            g.grid { path d="M0 60 H420 M0 120 H420 M0 180 H420 M0 240 H420" {} }
            path.area d="M0 214 C40 206 62 176 98 182 S152 226 190 198 S244 118 284 126 S346 104 372 74 S408 52 420 48 V300 H0 Z" {}
            path.line d="M0 214 C40 206 62 176 98 182 S152 226 190 198 S244 118 284 126 S346 104 372 74 S408 52 420 48" {}
            circle.dot cx="372" cy="74" r="5" {}
        }
    }
}
