// Reads signals, on the page and in the workers: first ahead, while there is no key, then for each key that comes. Bundled with
// the glue into one file, so that a worker has all that it needs when it starts, and one checked file is enough.

import { component, initSync, probe } from "login-guard-glue";
import type { Beginning, Reading, Tell, Work, WorkerAnswer } from "./evidence-module";

export { document, initSync } from "login-guard-glue";

/** Milliseconds of reading after which others have their turn. */
const SLICE_MS = 4;

/** Once there is a key, nothing more is begun for the time when there will be one. */
let wanted = false;
const ahead = new Map<string, Promise<unknown>>();

/** Reads without a key. What takes long is kept in the module; of the rest only the first time is slow. */
export async function readAhead(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await nextTask();
    if (wanted) return;
    // told when a key asks for it
    ahead.set(name, component(name).catch(() => undefined));
  }
}

/** Reads and digests; what the browser promised for one signal is waited for while the next are read. */
export async function read(names: readonly string[], digestKey: CryptoKey, tell: Tell): Promise<void> {
  wanted = true;
  let ended = false;
  const one = async (name: string): Promise<void> => {
    await ahead.get(name);
    if (tell(name, await component(name, digestKey)) === true) ended = true;
  };
  const reading: Promise<void>[] = [];
  let since = performance.now();
  for (const name of names) {
    reading.push(one(name));
    // digesting is no pause: engines answer small ones within the same task
    await Promise.resolve();
    if (performance.now() - since > SLICE_MS) {
      await nextTask();
      since = performance.now();
    }
    if (ended) break;
  }
  await Promise.all(reading);
}

/** Ends the task. By a message, because timers wait 4 ms and `scheduler.yield` is missing in WebKit. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** What a worker does. */
function serve(): void {
  const answer = (message: WorkerAnswer): void => (self as unknown as Worker).postMessage(message);
  let names: readonly string[] = [];
  let ready: Promise<unknown> = Promise.reject(new Error("no module yet"));
  const begin = async (beginning: Beginning): Promise<void> => {
    names = beginning.names;
    initSync({ module: beginning.module });
    await readAhead(names);
  };
  const take = async ({ digestKey, turn, pageNavigator, seeds }: Reading): Promise<void> => {
    wanted = true;
    const tell = (name: string, member: string): void => answer({ turn, name, member });
    try {
      await ready;
      Object.assign(self, { pageNavigator });
      if (seeds === undefined) await read(names, digestKey, tell);
      else for (const seed of seeds) tell(seed, await probe(seed, digestKey));
    } catch {
      // its policy forbids wasm, or the module trapped: what is missing is told by name
    }
    answer({ turn });
  };
  ready.catch(() => undefined);
  self.onmessage = ({ data }: MessageEvent<Work>): void => {
    if ("module" in data) (ready = begin(data)).catch(() => undefined);
    else void take(data);
  };
}

if (!("document" in self)) serve();
