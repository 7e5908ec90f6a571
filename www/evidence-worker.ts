// Reads the rendering signals where no page can be held up by them.

import type { EvidenceModule, Work, WorkerAnswer } from "./evidence-module";

/** Replaced by build.mjs: the glue's file, relative to this one. */
declare const GLUE: string;

const answer = (message: WorkerAnswer): void => (self as unknown as Worker).postMessage(message);

self.onmessage = async ({ data }: MessageEvent<Work>): Promise<void> => {
  try {
    const glue = (await import(GLUE)) as EvidenceModule;
    await glue.default({ module_or_path: data.module });
    for (const name of data.names) {
      answer({ name, member: await glue.component(name, data.digestKey) });
    }
  } catch {
    // its policy forbids wasm, or the module trapped: what is missing is told by name
  }
  answer({ reason: "module-unavailable" });
};
