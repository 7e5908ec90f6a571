//! The public model of devices: a Bayesian network of user agents and what depends on them.
//!
//! Everything hangs on the user agent alone; repairing that is `population`'s work.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::Value;

use crate::Failure;
use crate::chance::Chance;

/// Values and their probabilities.
pub type Choices = Vec<(String, f64)>;

/// The network's nodes that are used.
#[derive(Debug)]
pub struct Network {
    /// User agents.
    pub agents: Choices,
    /// By node, then by user agent.
    nodes: BTreeMap<String, BTreeMap<String, Choices>>,
}

impl Network {
    /// Reads the packed file.
    pub fn parse(packed: &[u8]) -> Result<Self, Failure> {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed)).map_err(|error| error.to_string())?;
        let mut text = String::new();
        let mut file = archive.by_index(0).map_err(|error| error.to_string())?;
        file.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Self::from_json(&serde_json::from_str(&text).map_err(|error| error.to_string())?)
    }

    /// Reads its JSON.
    pub fn from_json(json: &Value) -> Result<Self, Failure> {
        let mut network = Self { agents: Vec::new(), nodes: BTreeMap::new() };
        for node in json.get("nodes").and_then(Value::as_array).into_iter().flatten() {
            let name = node.get("name").and_then(Value::as_str).unwrap_or_default();
            let table = node.get("conditionalProbabilities");
            if name == "userAgent" {
                network.agents = table.map(choices).unwrap_or_default();
            } else if USED.contains(&name) {
                let by_agent =
                    table.and_then(|table| table.get("deeper")).and_then(Value::as_object).into_iter().flatten();
                let by_agent = by_agent.map(|(agent, table)| (agent.clone(), choices(table))).collect();
                network.nodes.insert(name.to_owned(), by_agent);
            }
        }
        if network.agents.is_empty() { Err("the network has no user agents".to_owned()) } else { Ok(network) }
    }

    /// One value of a node, given the user agent; what the network marks as missing is none.
    pub fn draw(&self, node: &str, agent: &str, chance: &mut Chance) -> Option<String> {
        let choices = self.nodes.get(node)?.get(agent)?;
        let at = chance.pick(choices.iter().map(|(_, probability)| *probability));
        let (value, _) = choices.get(at)?;
        (value != "*MISSING_VALUE*").then(|| value.trim_start_matches("*STRINGIFIED*").to_owned())
    }
}

fn choices(table: &Value) -> Choices {
    let table = table.as_object().into_iter().flatten();
    table.filter_map(|(value, probability)| Some((value.clone(), probability.as_f64()?))).collect()
}

const USED: &[&str] = &[
    "audioCodecs",
    "deviceMemory",
    "extraProperties",
    "fonts",
    "hardwareConcurrency",
    "maxTouchPoints",
    "platform",
    "screen",
    "userAgentData",
    "videoCard",
    "videoCodecs",
];
