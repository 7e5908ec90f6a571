//! Rows in memory: for tests and for trying things out. Nothing survives the process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use login_guard_protocol::{AccountId, AttemptId, DeviceId, FactorId, KeyId, MessageId, Platform, TokenId};

use super::{
    AccountKey, AccountRow, AccountSnapshot, Accounts, ApprovalLane, ApprovalRow, Approvals, AttemptRow, Attempts,
    Change, Commit, CommitError, Commits, DEVICES_BY_KEY, DeviceRow, Devices, FactorRow, Outbox, OutboxRow, Refusal,
    Scope, Sighting, Sightings, StoreError, StoreFuture, Upkeep,
};
use crate::clock::Timestamp;

/// A store that forgets everything when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Tables>);

impl MemoryStore {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        // nothing below panics half-way: a poisoned lock guards whole rows
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts for MemoryStore {
    fn account<'a>(&'a self, key: &'a AccountKey) -> StoreFuture<'a, Result<AccountSnapshot, StoreError>> {
        Box::pin(async move {
            let tables = self.tables();
            let owner = (key.platform.clone(), key.account.clone());
            let first = (owner.0.clone(), owner.1.clone(), DeviceId::from_bytes([0; 16]));
            let devices = tables
                .devices
                .range(first..)
                .take_while(|((platform, account, _), _)| (platform, account) == (&owner.0, &owner.1))
                .map(|(_, row)| row.clone())
                .collect();
            let first = (owner.0.clone(), owner.1.clone(), FactorId::from_bytes([0; 16]));
            let factors = tables
                .factors
                .range(first..)
                .take_while(|((platform, account, _), _)| (platform, account) == (&owner.0, &owner.1))
                .map(|(_, row)| row.clone())
                .collect();
            let head = tables.accounts.get(&owner).cloned();
            Ok(AccountSnapshot { head, devices, factors, ..AccountSnapshot::default() })
        })
    }
}

impl Devices for MemoryStore {
    fn devices_by_key<'a>(
        &'a self,
        platform: &'a Platform,
        key: &'a KeyId,
    ) -> StoreFuture<'a, Result<Vec<(AccountId, DeviceRow)>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables();
            let devices = tables.devices.iter();
            let with_key = devices.filter(|((of, ..), row)| of == platform && row.public_key.key_id() == *key);
            let limit = usize::try_from(DEVICES_BY_KEY).unwrap_or(usize::MAX);
            Ok(with_key.map(|((_, account, _), row)| (account.clone(), row.clone())).take(limit).collect())
        })
    }
}

impl Approvals for MemoryStore {
    fn approvals<'a>(&'a self, key: &'a AccountKey) -> StoreFuture<'a, Result<Vec<ApprovalRow>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables();
            let first = (key.platform.clone(), key.account.clone(), [0; 16]);
            let of_account = tables
                .approvals
                .range(first..)
                .take_while(|((platform, account, _), _)| (platform, account) == (&key.platform, &key.account));
            Ok(of_account.map(|(_, row)| row.clone()).collect())
        })
    }
}

impl Attempts for MemoryStore {
    fn attempt<'a>(
        &'a self,
        platform: &'a Platform,
        attempt: AttemptId,
    ) -> StoreFuture<'a, Result<Option<AttemptRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables().attempts.get(&(platform.clone(), attempt)).cloned()) })
    }
}

impl Outbox for MemoryStore {
    fn outbox_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> StoreFuture<'_, Result<Vec<(AccountKey, OutboxRow)>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables();
            let due = tables.outbox.iter().filter(|(_, row)| row.due_at <= now);
            let owned = due.map(|((platform, account, _), row)| {
                (AccountKey { platform: platform.clone(), account: account.clone() }, row.clone())
            });
            let mut due: Vec<_> = owned.collect();
            due.sort_by_key(|(_, row)| row.due_at);
            due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(due)
        })
    }
}

impl Commits for MemoryStore {
    fn commit(&self, commit: Commit) -> StoreFuture<'_, Result<(), CommitError>> {
        Box::pin(async move {
            let mut tables = self.tables();
            let mut transaction = Transaction { tables: &mut tables, undo: Vec::new() };
            let applied = commit.changes.into_iter().try_for_each(|change| transaction.apply(&commit.scope, change));
            if applied.is_err() {
                transaction.roll_back();
            }
            applied
        })
    }
}

impl Sightings for MemoryStore {
    fn sightings<'a>(
        &'a self,
        platform: &'a Platform,
        release: [u8; 16],
        since: Timestamp,
    ) -> StoreFuture<'a, Result<BTreeMap<String, u32>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables();
            let first = (platform.clone(), release, String::new(), [0; 16], Timestamp::from_millis(0));
            let of_release =
                tables.sightings.range(first..).take_while(|((at, of, ..), _)| (at, *of) == (platform, release));
            let seen = of_release.filter(|((.., window), _)| *window >= since);
            let accounts: BTreeSet<(&String, &[u8; 16])> =
                seen.map(|((_, _, shift, account, _), _)| (shift, account)).collect();
            let mut counts = BTreeMap::new();
            for (shift, _) in accounts {
                *counts.entry(shift.clone()).or_default() += 1;
            }
            Ok(counts)
        })
    }
}

impl Upkeep for MemoryStore {
    fn purge(&self, before: Timestamp) -> StoreFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let mut tables = self.tables();
            let rows = tables.expiring();
            tables.approvals.retain(|_, row| row.expires_at >= before);
            tables.attempts.retain(|_, row| row.expires_at >= before);
            tables.budgets.retain(|_, counter| counter.expires_at >= before);
            tables.sightings.retain(|_, expires_at| *expires_at >= before);
            tables.tokens.retain(|_, expires_at| *expires_at >= before);
            Ok(u64::try_from(rows - tables.expiring()).unwrap_or(u64::MAX))
        })
    }

    fn ping(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}

/// All rows, by key.
#[derive(Debug, Default)]
struct Tables {
    accounts: BTreeMap<(Platform, AccountId), AccountRow>,
    approvals: BTreeMap<(Platform, AccountId, ApprovalLane), ApprovalRow>,
    // a nonce is spent once whichever account is named: the account is in the row
    attempts: BTreeMap<(Platform, AttemptId), AttemptRow>,
    budgets: BTreeMap<(Platform, Option<AccountId>, String, Timestamp), Counter>,
    devices: BTreeMap<(Platform, AccountId, DeviceId), DeviceRow>,
    factors: BTreeMap<(Platform, AccountId, FactorId), FactorRow>,
    outbox: BTreeMap<(Platform, AccountId, MessageId), OutboxRow>,
    // counted across accounts
    sightings: BTreeMap<SightingKey, Timestamp>,
    tokens: BTreeMap<(Platform, Option<AccountId>, TokenId), Timestamp>,
}

/// Platform, release, shift, account, window.
type SightingKey = (Platform, [u8; 16], String, [u8; 16], Timestamp);

impl Tables {
    /// How many rows there are that expire.
    fn expiring(&self) -> usize {
        let counted = self.attempts.len() + self.budgets.len() + self.sightings.len() + self.tokens.len();
        counted + self.approvals.len()
    }
}

/// How far a budget has been charged.
#[derive(Clone, Copy, Debug)]
struct Counter {
    charged: u32,
    expires_at: Timestamp,
}

/// Changes so far, each with what undoes it.
struct Transaction<'a> {
    tables: &'a mut Tables,
    undo: Vec<Undo>,
}

/// Takes one change back.
type Undo = Box<dyn FnOnce(&mut Tables)>;

impl Transaction<'_> {
    fn apply(&mut self, scope: &Scope, change: Change) -> Result<(), CommitError> {
        let platform = scope.platform.clone();
        match change {
            Change::ChargeBudget(budget) => {
                let key = (platform, scope.account.clone(), budget.name, budget.window);
                let charged = self.tables.budgets.get(&key).map_or(0, |counter| counter.charged);
                if charged >= budget.limit {
                    return Err(Refusal::Exhausted.into());
                }
                let counter = Counter { charged: charged + 1, expires_at: budget.expires_at };
                self.put(|tables| &mut tables.budgets, key, Some(counter));
            }
            Change::DeleteDevice(device) => {
                let key = (platform, owner(scope, "devices")?, device);
                self.put(|tables| &mut tables.devices, key, None);
            }
            Change::DeleteFactor(factor) => {
                let key = (platform, owner(scope, "factors")?, factor);
                self.put(|tables| &mut tables.factors, key, None);
            }
            Change::DeleteMessage(message) => {
                let key = (platform, owner(scope, "outbox")?, message);
                self.put(|tables| &mut tables.outbox, key, None);
            }
            Change::PutAccount { row, expected } => {
                let key = (platform, owner(scope, "accounts")?);
                if self.tables.accounts.get(&key).map(|stored| stored.version) != expected {
                    return Err(Refusal::Stale.into());
                }
                self.put(|tables| &mut tables.accounts, key, Some(row));
            }
            Change::PutApproval(row) => {
                let key = (platform, owner(scope, "approvals")?, row.lane);
                let stored = self.tables.approvals.get(&key).map_or(0, |stored| stored.revision);
                if stored.checked_add(1) != Some(row.revision) {
                    return Err(Refusal::Stale.into());
                }
                self.put(|tables| &mut tables.approvals, key, Some(row));
            }
            Change::PutDevice(row) => {
                let key = (platform, owner(scope, "devices")?, row.device);
                self.put(|tables| &mut tables.devices, key, Some(row));
            }
            Change::PutFactor(row) => {
                let key = (platform, owner(scope, "factors")?, row.factor);
                self.put(|tables| &mut tables.factors, key, Some(row));
            }
            Change::PutMessage(row) => {
                let key = (platform, owner(scope, "outbox")?, row.message);
                let stored = self.tables.outbox.get(&key).map_or(0, |stored| stored.revision);
                if stored.checked_add(1) != Some(row.revision) {
                    return Err(Refusal::Stale.into());
                }
                self.put(|tables| &mut tables.outbox, key, Some(row));
            }
            Change::PutSighting(Sighting { release, account, shift, window, expires_at }) => {
                let key = (platform, release, shift, account, window);
                if !self.tables.sightings.contains_key(&key) {
                    self.put(|tables| &mut tables.sightings, key, Some(expires_at));
                }
            }
            Change::RefundBudget(budget) => {
                let key = (platform, scope.account.clone(), budget.name, budget.window);
                if let Some(counter) = self.tables.budgets.get(&key) {
                    let counter =
                        Counter { charged: counter.charged.saturating_sub(1), expires_at: counter.expires_at };
                    self.put(|tables| &mut tables.budgets, key, Some(counter));
                }
            }
            Change::SpendNonce(row) => {
                check_owner(scope, &row)?;
                let key = (platform, row.attempt);
                if self.tables.attempts.contains_key(&key) {
                    return Err(Refusal::Spent.into());
                }
                self.put(|tables| &mut tables.attempts, key, Some(row));
            }
            Change::SpendToken { token, expires_at } => {
                let key = (platform, scope.account.clone(), token);
                if self.tables.tokens.contains_key(&key) {
                    return Err(Refusal::Spent.into());
                }
                self.put(|tables| &mut tables.tokens, key, Some(expires_at));
            }
            Change::UpdateAttempt(row) => {
                check_owner(scope, &row)?;
                let key = (platform, row.attempt);
                let stored = self.tables.attempts.get(&key).filter(|stored| stored.account == row.account);
                if stored.and_then(|stored| stored.revision.checked_add(1)) != Some(row.revision) {
                    return Err(Refusal::Stale.into());
                }
                self.put(|tables| &mut tables.attempts, key, Some(row));
            }
        }
        Ok(())
    }

    /// Writes or removes one row and remembers what was there.
    fn put<K: Ord + Clone + 'static, V: 'static>(
        &mut self,
        table: fn(&mut Tables) -> &mut BTreeMap<K, V>,
        key: K,
        row: Option<V>,
    ) {
        let previous = replace(table(self.tables), key.clone(), row);
        self.undo.push(Box::new(move |tables| {
            replace(table(tables), key, previous);
        }));
    }

    fn roll_back(self) {
        for undo in self.undo.into_iter().rev() {
            undo(self.tables);
        }
    }
}

fn replace<K: Ord, V>(table: &mut BTreeMap<K, V>, key: K, row: Option<V>) -> Option<V> {
    match row {
        Some(row) => table.insert(key, row),
        None => table.remove(&key),
    }
}

/// The account whose rows are written; accounts and devices belong to one.
fn owner(scope: &Scope, table: &'static str) -> Result<AccountId, CommitError> {
    scope.account.clone().ok_or(CommitError::Store(StoreError::Inconsistent { table, column: "account" }))
}

/// An attempt is written under the account that it names.
fn check_owner(scope: &Scope, row: &AttemptRow) -> Result<(), CommitError> {
    if row.account == scope.account {
        Ok(())
    } else {
        Err(CommitError::Store(StoreError::Inconsistent { table: "attempts", column: "account" }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::conformance;

    #[tokio::test(flavor = "multi_thread")]
    async fn memory_behaves_like_every_store() {
        conformance::all(&|| Arc::new(MemoryStore::default())).await.unwrap();
    }
}
