//! `eval`: how well matching tells machines apart, as one JSON object per evaluation: `{"name":…,"figures":{…}}`.
//!
//! May import: workspace, args, failure, process, the linkage crate. Data stays outside the project: files are named on the command line, or fetched
//! into the cache.
//!
//! To add an evaluation: one file or folder with a function that returns its figures, and one line in [`EVALS`].

mod chance;
mod drift;
mod pairs;

use serde_json::{Map, Value, json};

use crate::args::Args;
use crate::failure::{Because, Outcome};
use crate::workspace::Workspace;

/// `cargo xtask eval`.
pub const COMMAND: crate::Command = crate::Command {
    name: "eval",
    usage: "eval [drift [--parameters FILE] | pairs FILE [--write-weights SOURCE]] [--json OUT]",
    about: "how well matching tells machines apart; without a name lists evaluations",
    run,
};

/// Named numbers.
type Figures = Map<String, Value>;

struct Eval {
    name: &'static str,
    about: &'static str,
    /// Takes its own arguments, refuses what is left over, and measures.
    measure: fn(&Workspace, Args) -> Outcome<Figures>,
}

const EVALS: &[Eval] = &[
    Eval {
        name: "drift",
        about: "simulated owners and attackers over two years, judged by the verifier's matching",
        measure: drift::measure,
    },
    Eval { name: "pairs", about: "cross-validated scores on labelled pairs of fingerprints", measure: pairs::measure },
];

fn run(workspace: &Workspace, mut args: Args) -> Outcome {
    let file = args.value("--json")?;
    let Some(name) = args.positional() else {
        args.finish()?;
        for eval in EVALS {
            println!("{:<12}{}", eval.name, eval.about);
        }
        return Ok(());
    };
    let eval = EVALS.iter().find(|eval| eval.name == name);
    let eval = eval.ok_or_else(|| args.refusal(&format!("there is no evaluation {name:?}")))?;
    let figures = (eval.measure)(workspace, args)?;
    for (figure, value) in &figures {
        println!("{figure:<32}{value}");
    }
    let text = format!("{}\n", json!({"name": format!("eval-{}", eval.name), "figures": figures}));
    file.map_or(Ok(()), |file| std::fs::write(&file, text).because(|| format!("writing {file}")))
}
