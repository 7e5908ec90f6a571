//! Owners and attackers over two years, simulated from a public model of real devices and judged by the verifier's own matching.
//!
//! `login-guard-simulation --cache FOLDER [--parameters FILE] [--json OUT]`, started by `cargo xtask eval drift`. Everything is simulated; what goes
//! in stands in `parameters.toml`, and docs/evaluation.md says what the figures cannot tell.
//!
//! ```text
//! main → figures → owner, attackers → matching (the verifier's)
//!               → population → network ← fetch
//!                 life → releases      reading → evidence (the protocol's)
//! ```

mod attackers;
mod chance;
mod fetch;
mod figures;
mod graphics;
mod intervals;
mod life;
mod machine;
mod network;
mod owner;
mod parameters;
mod population;
mod reading;
mod releases;

use std::path::PathBuf;
use std::process::ExitCode;

use parameters::Parameters;

/// What stops a run, as one sentence.
type Failure = String;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let (mut cache, mut file, mut out) = (None, None, None);
    while let Some(word) = words.next() {
        let slot = match word.as_str() {
            "--cache" => &mut cache,
            "--parameters" => &mut file,
            "--json" => &mut out,
            other => return Err(format!("{other:?} means nothing here")),
        };
        *slot = Some(PathBuf::from(words.next().ok_or_else(|| format!("{word} needs a value"))?));
    }
    let cache = cache.ok_or("--cache is missing")?;
    let parameters = match file {
        Some(file) => std::fs::read_to_string(&file).map_err(|error| format!("reading {}: {error}", file.display()))?,
        None => include_str!("../parameters.toml").to_owned(),
    };
    let parameters = Parameters::parse(&parameters)?;
    let network = network::Network::parse(&fetch::network(&cache, &parameters.network)?)?;
    let figures = figures::measure(&parameters, &network)?;
    let text = format!("{:#}\n", serde_json::json!({ "name": "eval-drift", "figures": figures }));
    if let Some(out) = out {
        return std::fs::write(&out, text).map_err(|error| format!("writing {}: {error}", out.display()));
    }
    print!("{text}");
    Ok(())
}
