// End-to-end tests in one engine: `node --import tsx main.ts chromium|firefox|webkit [part of a name]`.

import { type EngineName, ENGINES } from "./harness/engines.ts";
import { runSpecs } from "./harness/spec.ts";
import { SPECS } from "./specs/index.ts";

const [name = "", part = ""] = process.argv.slice(2);
const engine = ENGINES[name as EngineName] as (typeof ENGINES)[EngineName] | undefined;
if (engine === undefined) throw new Error(`the engines are ${Object.keys(ENGINES).join(", ")}`);
process.exitCode = (await runSpecs(engine, SPECS.filter((spec) => spec.name.includes(part)))) ? 0 : 1;
