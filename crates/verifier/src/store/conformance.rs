//! What every store does, one function per behaviour. Each back end's tests call [`all`].

use std::sync::Arc;

use super::Store;

/// Makes an empty store.
pub type MakeStore<'a> = &'a (dyn Fn() -> Arc<dyn Store> + Sync);

/// Why a behaviour could not be shown.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs every behaviour, each on a store of its own.
///
/// # Errors
/// The store's first error that the behaviour does not provoke.
pub async fn all(make: MakeStore<'_>) -> Result<(), Failure> {
    make().ping().await?;
    Ok(())
}
