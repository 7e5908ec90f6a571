//! The wasm module of login-guard: reads signals of the machine and digests each under a key that stays in the browser.
//!
//! What a browser says of itself can be forged: evidence may raise a challenge, it never replaces one.
//!
//! | Room | Owns | May import |
//! |---|---|---|
//! | [`exports`] | the surface that JavaScript sees | everything here |
//! | [`evidence`] | reading one signal and digesting it; the document | `signals`, `boundary`, `facts`, protocol |
//! | [`signals`] | one fact about the machine each | `boundary`, `canvas`, protocol |
//! | [`challenges`] | what the browser solves by itself | `boundary`, `canvas`, `evidence`, protocol |
//! | [`canvas`] | a fresh canvas and its pixels | `boundary` |
//! | [`facts`] | what the headers say anyway, in clear | `boundary` |
//! | `inspect`, of a feature | what a person may see of a reading | `evidence`, `signals`, `boundary`, serde |
//! | [`boundary`] | all contact with the browser | `js-sys` |
//!
//! Download size decides the style: no serde, no `format!`, no printing of floats; properties and calls go by name
//! through one adapter instead of one import for each web API.

pub mod boundary;
pub mod canvas;
pub mod challenges;
pub mod error;
pub mod evidence;
pub mod exports;
pub mod facts;
#[cfg(feature = "inspect")]
pub mod inspect;
pub mod signals;

/// Smaller than the default allocator by 2.8 kB; the module allocates little and lives as long as its page.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());
