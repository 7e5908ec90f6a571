//! What is SQLite's own; the rest is in `conformance`.
