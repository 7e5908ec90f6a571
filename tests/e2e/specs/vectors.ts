import { readdir, readFile } from "node:fs/promises";
import { holds, equal, type Spec } from "../harness/spec.ts";

const VECTORS = new URL("../../../crates/protocol/vectors/", import.meta.url);
const DIST = new URL("../../../www/dist/", import.meta.url);
const SCRIPT = new URL("test/vectors.js", DIST);

export const vectors: readonly Spec[] = [
  {
    name: "the shared vectors agree with the script in this browser",
    async run({ demo, visitor }) {
      const { extras } = demo.proxy;
      const names = (await readdir(VECTORS)).filter((name) => name.endsWith(".json"));
      holds(names.length > 0, "there are vectors");
      const all: Record<string, unknown> = {};
      for (const name of names) all[name.replace(/\.json$/, "")] = JSON.parse(await readFile(new URL(name, VECTORS), "utf8"));
      extras.set("/test/vectors.js", { type: "text/javascript", body: await readFile(SCRIPT) });
      extras.set("/test/vectors.json", { type: "application/json", body: JSON.stringify(all) });
      for (const name of (await readdir(DIST)).filter((name) => /^work_\w+\.\w+\.wasm$/.test(name))) {
        extras.set(`/test/${name}`, { type: "application/wasm", body: await readFile(new URL(name, DIST)) });
      }
      extras.set("/test/", { type: "text/html", body: "<!doctype html><title>vectors</title>" });
      const reader = await visitor();
      await reader.open("/test/");
      const failures = await reader.driver.executeAsyncScript<string[]>(`
        const done = arguments[arguments.length - 1];
        Promise.all([import("/test/vectors.js"), fetch("/test/vectors.json").then((answer) => answer.json())])
          .then(([{ check }, vectors]) => check(vectors))
          .then(done, (error) => done([String(error)]));`);
      equal(failures, [], "vectors that do not agree");
    },
  },
];
