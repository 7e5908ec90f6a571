// What a browser sent with its newest login: the parts of the field `login-guard-proof`, as docs/protocol.md has them.

import type { Proxy } from "./proxy.ts";

export interface LoginField {
  /** A compact JWS, or `keyless:reason:nonce`. */
  readonly credential: string;
  /** States of the components by name, such as `present` or `absent: timed-out`. */
  readonly components: ReadonlyMap<string, string>;
  /** The answer to the work; undefined where none was asked for. */
  readonly work: string | undefined;
}

export function newestLogin({ sent }: Proxy): LoginField {
  const post = sent.findLast(({ method, path }) => method === "POST" && path === "/login");
  const [, credential = "", evidence = "", work] = (new URLSearchParams(post?.body).get("login-guard-proof") ?? "").split("~");
  const { components } = JSON.parse(Buffer.from(evidence, "base64url").toString("utf8")) as { components: Record<string, { state: string; reason?: string }> };
  const states = Object.entries(components).map(([name, { state, reason }]): [string, string] => [name, reason === undefined ? state : `${state}: ${reason}`]);
  return { credential, components: new Map(states), work };
}
