//! The account behind the log-in: wallets, orders, and the forms that move value.

use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::cookies;
use crate::app::App;
use crate::pages;
use crate::pages::account::{Shown, Told, parse_amount};
use crate::pages::language::Language;
use crate::store::{LoggedIn, MoveError, Side, StoreError, Wallet};

/// Coins that orders and forms may name.
pub(crate) const ASSETS: [&str; 4] = ["USDT", "BTC", "ETH", "LTC"];

impl FromRequestParts<Arc<App>> for LoggedIn {
    type Rejection = Response;

    /// Whoever has no living session is sent to the log-in.
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let Some(token) = cookies::find_token(&parts.headers, cookies::SESSION) else {
            return Err(Redirect::to("/login").into_response());
        };
        match app.store.find_session(&token, app.clock.now()).await {
            Ok(Some(logged_in)) => Ok(logged_in),
            Ok(None) => Err(Redirect::to("/login").into_response()),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// The page's query.
#[derive(Deserialize)]
pub(super) struct Asked {
    told: Option<String>,
}

/// `GET /account`.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    language: Language,
    who: LoggedIn,
    Query(asked): Query<Asked>,
) -> Response {
    let told = asked.told.as_deref().and_then(Told::parse);
    // without the verifier, or with one that has no inspector, the account is shown all the same
    let inspector = app.manifest.integrity_of("inspector.js").await.ok().flatten();
    let owner = app.manifest.integrity_of("owner.js").await.ok().flatten();
    match (app.store.balances(&who.account).await, app.store.orders(&who.account).await) {
        (Ok(balances), Ok(orders)) => {
            let shown = Shown {
                balances: &balances,
                orders: &orders,
                told,
                inspector: inspector.as_deref(),
                owner: owner.as_deref(),
            };
            pages::account::page(language, &who, &shown).into_response()
        }
        (Err(error), _) | (_, Err(error)) => failed(&error),
    }
}

/// The withdrawal form. The address is for show: nothing leaves a demo.
#[derive(Deserialize)]
pub(super) struct Withdrawal {
    asset: String,
    amount: String,
    address: String,
}

/// `POST /account/withdraw`.
pub(super) async fn withdraw(State(app): State<Arc<App>>, who: LoggedIn, Form(form): Form<Withdrawal>) -> Response {
    let address = (20..=100).contains(&form.address.len()) && form.address.bytes().all(|b| b.is_ascii_alphanumeric());
    match (asset(form.asset), parse_amount(&form.amount), address) {
        _ if who.value_frozen => tell(Told::Frozen),
        (Some(asset), Some(amount), true) => {
            moved(app.store.withdraw(&who.account, asset, amount).await, Told::Withdrawn)
        }
        _ => tell(Told::Unreadable),
    }
}

/// The transfer form.
#[derive(Deserialize)]
pub(super) struct Transfer {
    to: String,
    asset: String,
    amount: String,
}

/// `POST /account/transfer`.
pub(super) async fn transfer(State(app): State<Arc<App>>, who: LoggedIn, Form(form): Form<Transfer>) -> Response {
    let to = [Wallet::Contract, Wallet::Spot].into_iter().find(|wallet| wallet.word() == form.to);
    match (to, asset(form.asset), parse_amount(&form.amount)) {
        _ if who.value_frozen => tell(Told::Frozen),
        (Some(to), Some(asset), Some(amount)) => {
            moved(app.store.transfer(&who.account, to, asset, amount).await, Told::Transferred)
        }
        _ => tell(Told::Unreadable),
    }
}

/// The order form.
#[derive(Deserialize)]
pub(super) struct Trade {
    side: String,
    asset: String,
    amount: String,
    price: String,
}

/// `POST /account/trade`.
pub(super) async fn trade(State(app): State<Arc<App>>, who: LoggedIn, Form(form): Form<Trade>) -> Response {
    let side = match form.side.as_str() {
        "buy" => Some(Side::Buy),
        "sell" => Some(Side::Sell),
        _ => None,
    };
    let asset = asset(form.asset).filter(|asset| asset != "USDT");
    match (side, asset, parse_amount(&form.amount), parse_amount(&form.price)) {
        _ if who.value_frozen => tell(Told::Frozen),
        (Some(side), Some(asset), Some(amount), Some(price)) => {
            let placed = app.store.place_order(&who.account, side, asset, amount, price, app.clock.now()).await;
            moved(placed, Told::Ordered)
        }
        _ => tell(Told::Unreadable),
    }
}

/// The cancel button of an order.
#[derive(Deserialize)]
pub(super) struct Cancel {
    order: i64,
}

/// `POST /account/cancel`.
pub(super) async fn cancel(State(app): State<Arc<App>>, who: LoggedIn, Form(form): Form<Cancel>) -> Response {
    moved(app.store.cancel_order(&who.account, form.order).await, Told::Cancelled)
}

/// `POST /logout`: ends the session here and in the browser. The device stays known.
pub(super) async fn log_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Some(token) = cookies::find_token(&headers, cookies::SESSION)
        && let Err(error) = app.store.end_session(&token).await
    {
        return failed(&error);
    }
    let mut response = Redirect::to("/login").into_response();
    cookies::clear(&mut response, cookies::SESSION);
    response
}

fn asset(text: String) -> Option<String> {
    ASSETS.contains(&text.as_str()).then_some(text)
}

fn moved(result: Result<(), MoveError>, done: Told) -> Response {
    match result {
        Ok(()) => tell(done),
        Err(MoveError::Short) => tell(Told::Short),
        Err(MoveError::Store(error)) => failed(&error),
    }
}

/// Shows the account again, so that a reload repeats nothing.
fn tell(told: Told) -> Response {
    Redirect::to(&format!("/account?told={}", told.word())).into_response()
}

fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "the account could not be shown or changed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
