//! Names of budgets: what is counted is often an address, which is not stored.

use std::fmt::Write;

use login_guard_protocol::Transcript;

use super::{KeyUse, Keys};

/// Keyed digest of what is counted, 64 hexadecimal digits.
pub fn budget_name(keys: &Keys, parts: &[&[u8]]) -> String {
    let transcript = parts.iter().fold(Transcript::new("login-guard/budget/v1"), |name, part| name.part(part));
    keys.mac(KeyUse::BudgetName, &transcript).iter().fold(String::with_capacity(64), |mut name, byte| {
        // writing to a string does not fail
        let _ = write!(name, "{byte:02x}");
        name
    })
}
