// Reads the rendering signals where no page can be held up by them.

import type { EvidenceModule, Work, WorkerAnswer } from "./evidence-module";
import { nextTask } from "./evidence-task";

/** Replaced by build.mjs: the glue's file, relative to this one. */
declare const GLUE: string;

const answer = (message: WorkerAnswer): void => (self as unknown as Worker).postMessage(message);

let loaded: Promise<EvidenceModule> = Promise.reject(new Error("no module yet"));
loaded.catch(() => undefined);

self.onmessage = async ({ data }: MessageEvent<Work>): Promise<void> => {
  if (data instanceof WebAssembly.Module) {
    // not before: the page has checked the glue by now
    loaded = load(data);
    // told when something is to be read
    loaded.catch(() => undefined);
    return;
  }
  try {
    const glue = await loaded;
    Object.assign(self, { pageNavigator: data.pageNavigator });
    const reading: Promise<void>[] = [];
    for (const name of data.names) {
      // what the browser promised for one signal is waited for while the next are read
      reading.push(glue.component(name, data.digestKey).then((member) => answer({ name, member })));
      await nextTask();
    }
    await Promise.all(reading);
  } catch {
    // its policy forbids wasm, or the module trapped: what is missing is told by name
  }
  answer({ reason: "module-unavailable" });
};

async function load(module: WebAssembly.Module): Promise<EvidenceModule> {
  const glue = (await import(GLUE)) as EvidenceModule;
  await glue.default({ module_or_path: module });
  return glue;
}
