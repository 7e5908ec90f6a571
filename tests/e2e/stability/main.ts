// The stability table: `main.ts [FILE] [part of a row's name]`. Each row is a test; the table goes to FILE when every row was
// measured.

import { Demo } from "../harness/demo.ts";
import { type Engine, ENGINES } from "../harness/engines.ts";
import { report } from "../harness/spec.ts";
import { changes, Device } from "./device.ts";
import { offerPeers } from "./peers.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { type Row, writeTable } from "./table.ts";

async function measure(engine: Engine, demo: Demo, scenario: Scenario): Promise<Row> {
  const change = scenario.change[engine.name];
  if (change === undefined) throw new Error(`${scenario.name} cannot be tried in ${engine.name}`);
  demo.proxy.additions = {};
  const device = await Device.make(engine, demo);
  try {
    await scenario.before?.(device);
    await device.start();
    const enrolled = await device.enrol();
    const idsBefore = await device.peerIds();
    const shown = scenario.shows === undefined ? undefined : await device.reads(scenario.shows);
    await change(device);
    if (scenario.shows !== undefined && (await device.reads(scenario.shows)) === shown) throw new Error(`nothing has changed: ${scenario.shows} is still ${shown ?? ""}`);
    const { recognised, evidence } = await device.logsIn();
    const idsAfter = await device.peerIds();
    return {
      scenario,
      recognised,
      changed: changes(enrolled, evidence),
      fingerprintjs: idsBefore.fingerprintjs === idsAfter.fingerprintjs,
      thumbmark: idsBefore.thumbmark === idsAfter.thumbmark,
      components: [...evidence.keys()].filter((name) => !name.startsWith("fact: ")).length,
    };
  } finally {
    await device.stop();
  }
}

async function versionOf(engine: Engine, demo: Demo): Promise<string> {
  const device = await Device.make(engine, demo);
  try {
    await device.start();
    const capabilities = await device.driver.getCapabilities();
    return String(capabilities.get("browserVersion"));
  } finally {
    await device.stop();
  }
}

const [file = "", part = ""] = process.argv.slice(2);
let [passed, complete] = [true, true];
const tables = [];
for (const engine of [ENGINES.chromium, ENGINES.firefox]) {
  const demo = await Demo.start();
  try {
    await offerPeers(demo);
    const rows: Row[] = [];
    const chosen = SCENARIOS.filter(({ name, change }) => name.includes(part) && change[engine.name] !== undefined);
    const cases = chosen.map((scenario) => ({ name: `${engine.name}: ${scenario.name} leaves the device known`, scenario }));
    passed = (await report(cases, async ({ scenario }) => {
      const row = await measure(engine, demo, scenario);
      rows.push(row);
      console.log(`${row.recognised ? "known" : "ASKED"} | fpjs ${row.fingerprintjs ? "same" : "CHANGED"} | thumbmark ${row.thumbmark ? "same" : "CHANGED"} | ${row.changed.join(", ")}`);
      if (!row.recognised && scenario.mayAsk === undefined) throw new Error(`a known device was challenged; not as before: ${row.changed.join(", ")}`);
    })) && passed;
    complete &&= rows.length === cases.length;
    tables.push({ engine: engine.name, version: await versionOf(engine, demo), rows });
  } finally {
    await demo.stop();
  }
}
if (file !== "" && part === "" && complete) await writeTable(file, tables);
process.exitCode = passed ? 0 : 1;
