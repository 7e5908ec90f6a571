//! A client of the protocol: a browser, a back end, and the service that they speak with.

pub mod back_end;
pub mod browser;
pub mod service;
pub mod wire;
