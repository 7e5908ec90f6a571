// Processes that tests start: each is stopped through the handle that started it, never by name.

import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** Milliseconds until a started process must have said what is waited for. */
const START_MS = 90_000;
/** Milliseconds until a process that was asked to end is ended. */
const STOP_MS = 15_000;

export class Process {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  /** Everything it wrote. */
  output = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
  }

  /** Starts a program without waiting for anything. */
  static launch(program: string, args: readonly string[], options: SpawnOptions = {}): Process {
    return new Process(spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** Waits until an address answers with a success; fails at once when the process has ended. */
  async answers(url: string): Promise<void> {
    try {
      await eventually(`an answer from ${url}`, async () => {
        if (this.#gone) throw new Error(`the process has ended:\n${this.output}`);
        const answer = await fetch(url).catch(() => undefined);
        return answer?.ok === true ? true : undefined;
      });
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
  }

  get #gone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }

  /** Starts a program and waits until its output matches; answers the match. */
  static async start(program: string, args: readonly string[], ready: RegExp, options: SpawnOptions = {}): Promise<{ process: Process; match: RegExpExecArray }> {
    const process = Process.launch(program, args, options);
    try {
      return { process, match: await process.#says(program, ready) };
    } catch (thrown) {
      await process.stop();
      throw thrown;
    }
  }

  async #says(program: string, ready: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${program} was not ready in time:\n${this.output}`)), START_MS);
      const look = (): void => {
        const match = ready.exec(this.output);
        if (match === null) return;
        clearTimeout(timer);
        resolve(match);
      };
      this.#child.once("error", (error) => {
        clearTimeout(timer);
        reject(new Error(`${program}: ${error.message}`));
      });
      this.#child.once("close", () => {
        clearTimeout(timer);
        reject(new Error(`${program} ended before it was ready:\n${this.output}`));
      });
      this.#child.stdout?.on("data", look);
      this.#child.stderr?.on("data", look);
    });
  }

  /** Asks it to end; ends it if it does not. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#gone) return;
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}

/** Ports that were given out: the system gives a port anew as soon as it is closed, before whoever it was for listens on it. */
const given = new Set<number>();

/** A port of the loopback interface that nothing listens on at this moment, another one at each call. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await unusedPort();
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** Asks again and again until `look` answers something else than undefined. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined, patience_ms = 20_000): Promise<T> {
  const end = performance.now() + patience_ms;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`this did not happen within ${patience_ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
