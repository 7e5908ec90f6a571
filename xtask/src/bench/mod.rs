//! `bench`: figures, one JSON object per benchmark: `{"name":…,"figures":{…}}`.
//!
//! May import: workspace, process, setup, build, demo.
//!
//! To add a benchmark: one file with a function that returns its figures, and one line in [`BENCHES`].

mod evidence;
mod flood;
mod footprint;
mod probe;
mod size;
mod verdict;
mod work;

use serde_json::{Map, Value, json};

use crate::args::Args;
use crate::failure::{Because, Failure, Outcome};
use crate::workspace::Workspace;

/// `cargo xtask bench`.
pub const COMMAND: crate::Command = crate::Command {
    name: "bench",
    usage: "bench [NAME] [--json FILE]",
    about: "one benchmark; without a name lists them",
    run,
};

/// Named numbers; the unit is the end of the name.
type Figures = Map<String, Value>;

struct Bench {
    name: &'static str,
    about: &'static str,
    measure: fn(&Workspace) -> Outcome<Figures>,
}

const BENCHES: &[Bench] = &[
    Bench { name: "size", about: "bytes that a login page loads", measure: size::measure },
    Bench {
        name: "evidence",
        about: "time that a login page takes in Chromium, beside FingerprintJS",
        measure: evidence::measure,
    },
    Bench {
        name: "probe",
        about: "time that the canvas probe takes, and the stacks it tells apart",
        measure: probe::measure,
    },
    Bench { name: "verdict", about: "time and processor time of one assessment", measure: verdict::measure },
    Bench {
        name: "work",
        about: "speed of work in three browsers, beside two peers, and of its check",
        measure: work::measure,
    },
    Bench { name: "flood", about: "known devices while others flood the verifier", measure: flood::measure },
    Bench { name: "footprint", about: "size, memory and start of the verifier", measure: footprint::measure },
];

fn run(workspace: &Workspace, mut args: Args) -> Outcome {
    let file = args.value("--json")?;
    let Some(name) = args.positional() else {
        args.finish()?;
        for bench in BENCHES {
            println!("{:<12}{}", bench.name, bench.about);
        }
        return Ok(());
    };
    let bench = BENCHES.iter().find(|bench| bench.name == name);
    let bench = bench.ok_or_else(|| args.refusal(&format!("there is no benchmark {name:?}")))?;
    args.finish()?;
    let figures = (bench.measure)(workspace)?;
    for (figure, value) in &figures {
        println!("{figure:<24}{value}");
    }
    let text = format!("{}\n", json!({"name": bench.name, "figures": figures}));
    file.map_or(Ok(()), |file| std::fs::write(&file, text).because(|| format!("writing {file}")))
}

/// The members of a JSON object that are named, all numbers.
fn pick(value: &Value, names: &[&str]) -> Outcome<Figures> {
    let one = |name: &&str| {
        let number = value.get(*name).filter(|number| number.is_number()).cloned();
        let number = number.ok_or_else(|| Failure::new(format!("the figure {name} is missing")));
        number.map(|number| ((*name).to_owned(), number))
    };
    names.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_figure_is_an_error() {
        let value = json!({"a": 1, "b": 2.5, "c": "x"});
        assert_eq!(Value::from(pick(&value, &["a", "b"]).unwrap()), json!({"a": 1, "b": 2.5}));
        assert!(pick(&value, &["c"]).is_err() && pick(&value, &["d"]).is_err());
    }
}
