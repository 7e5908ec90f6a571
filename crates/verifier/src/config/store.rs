//! `[store]`: where rows live.

use super::Surroundings;
use super::table::Table;

pub(super) fn read(table: &mut Table<'_>, around: &Surroundings<'_>) -> Option<String> {
    let address = table.required_text("address", "an address like sqlite:PATH", |text| {
        (text == "memory:" || text.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty())).then_some(text)
    })?;
    let Some(path) = address.strip_prefix("sqlite:") else {
        if around.production() {
            table.report("address", "unfit for production: memory forgets every device when the service stops");
        }
        return Some(address);
    };
    let absolute = around.path(path);
    let Some(path) = absolute.to_str() else {
        table.report("address", "expected a path in UTF-8");
        return None;
    };
    Some(format!("sqlite:{path}"))
}
