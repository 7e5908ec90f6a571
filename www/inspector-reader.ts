// Reads signals for a person to see, on the page and in the worker. Bundled with the glue into one file, so that a worker has all
// that it needs when it starts, and one checked file is enough.

import { inspect, default as start } from "login-guard-inspect-glue";
import type { Inspection, Work, WorkerAnswer } from "./inspector-module";
import { nextTask } from "./inspector-task";

export { default, document } from "login-guard-inspect-glue";

/** One after the other, each in a task of its own, so that the time of one is not another's. */
export async function read(names: readonly string[], digestKey: CryptoKey, tell: (inspection: Inspection) => void): Promise<void> {
  for (const name of names) {
    await nextTask();
    tell(await inspect(name, digestKey));
  }
}

/** What the worker does. */
function serve(): void {
  const answer = (message: WorkerAnswer): void => (self as unknown as Worker).postMessage(message);
  self.onmessage = async ({ data: { module, names, digestKey, pageNavigator } }: MessageEvent<Work>): Promise<void> => {
    try {
      await start({ module_or_path: module });
      Object.assign(self, { pageNavigator });
      await read(names, digestKey, answer);
    } catch {
      // its policy forbids wasm, or the module trapped: the page sees what is missing
    }
    answer(null);
  };
}

if (!("document" in self)) serve();
