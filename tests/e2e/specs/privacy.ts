import { createHash } from "node:crypto";
import { Demo } from "../harness/demo.ts";
import { eventually } from "../harness/process.ts";
import type { Sent } from "../harness/proxy.ts";
import { equal, holds, type Spec } from "../harness/spec.ts";
import { PARTS, Visitor } from "../harness/visitor.ts";
import { parts, Watch } from "../harness/watch.ts";

/** Facts that go in clear (docs/protocol.md, Evidence), and the header of the same request that says them anyway. */
const FACTS: Readonly<Record<string, { form: RegExp; header: string; said?: (value: string) => string }>> = {
  brand: { form: /^[\w .-]+$/, header: "sec-ch-ua" },
  browser: { form: /^(chromium|firefox|webkit)$/, header: "user-agent", said: (value) => ({ chromium: "Chrome/", firefox: "Firefox/" })[value] ?? "AppleWebKit/" },
  "browser-version": { form: /^\d+$/, header: "user-agent", said: (value) => `/${value}.` },
  language: { form: /^[A-Za-z0-9-]+$/, header: "accept-language" },
  mobile: { form: /^(true|false)$/, header: "sec-ch-ua-mobile", said: (value) => (value === "true" ? "?1" : "?0") },
  platform: { form: /^[a-z]+$/, header: "user-agent" },
};
/** Headers that a browser writes by itself, on every site. */
const OWN_HEADERS = /^(accept|accept-.*|connection|content-length|content-type|host|origin|referer|sec-.*|te|upgrade-insecure-requests|user-agent|cache-control|pragma|priority)$/i;
/** Different bytes from which on a reading is no coincidence in what is sent; a row of zeros is one. */
const TELLING = 5;

/** What any script of the page could read, without the guard's help. */
const COULD_READ = `
  const context = document.createElement("canvas").getContext("webgl");
  context?.getExtension("WEBGL_debug_renderer_info");
  const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 40 });
  const plane = canvas.getContext("2d");
  plane.font = "20px serif";
  plane.fillText("what could be read", 4, 30);
  return [
    context?.getParameter(37445), context?.getParameter(37446), canvas.toDataURL(),
    Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen.width + "x" + screen.height, screen.width + "," + screen.height, screen.width + " " + screen.height,
    JSON.stringify(navigator.languages), navigator.languages.join(","),
    "DejaVu Sans", "Liberation Sans", "Helvetica", "Courier New",
  ].filter((value) => typeof value === "string");`;

interface Stored {
  readonly local: Record<string, string>;
  readonly session: Record<string, string>;
  readonly databases: string[];
  readonly caches: string[];
  readonly workers: number;
  readonly records: string[];
  readonly keys: { type: string; algorithm: string; extractable: boolean; exported: string }[];
}

/** Everything that the origin keeps in this browser, except cookies that scripts cannot see; those WebDriver tells. */
const STORED = `
  const done = arguments[arguments.length - 1];
  (async () => {
    const asked = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    const [records, keys] = [[], []];
    for (const name of databases) {
      const database = await asked(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        for (const record of await asked(database.transaction(store).objectStore(store).getAll())) {
          records.push(JSON.stringify(record));
          for (const key of Object.values(record).filter((value) => value instanceof CryptoKey)) {
            const tries = await Promise.all(["raw", "jwk", "pkcs8"].map((format) => crypto.subtle.exportKey(format, key).then(() => format, () => "")));
            keys.push({ type: key.type, algorithm: key.algorithm.name, extractable: key.extractable, exported: tries.join("") });
          }
        }
      }
      database.close();
    }
    return {
      local: { ...localStorage }, session: { ...sessionStorage }, databases, records, keys, caches: await caches.keys(),
      workers: navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0,
    };
  })().then(done, (error) => done(String(error)));`;

async function stored({ driver }: Visitor): Promise<Stored> {
  const found = await driver.executeAsyncScript<Stored | string>(STORED);
  if (typeof found === "string") throw new Error(`the storage could not be looked at: ${found}`);
  return found;
}

/** Texts and everything that is hidden in them as base64url, again and again. */
function unwrapped(texts: readonly string[]): string[] {
  const found = [...texts];
  for (let at = 0; at < found.length; at += 1) {
    for (const [run] of (found[at] ?? "").matchAll(/[A-Za-z0-9_-]{16,}/g)) {
      const inside = Buffer.from(run, "base64url").toString("latin1");
      if (inside.length < (found[at]?.length ?? 0)) found.push(inside);
    }
    found.push(...decoded(found[at] ?? ""));
  }
  return [...new Set(found)];
}

function decoded(text: string): string[] {
  try {
    const plain = decodeURIComponent(text.replaceAll("+", " "));
    return plain === text ? [] : [plain];
  } catch {
    return [];
  }
}

/** Every form in which bytes could be sent, or be guessed from what is sent. */
function forms(bytes: Buffer): string[] {
  const hash = createHash("sha256").update(bytes).digest();
  const hashes = [hash, hash.subarray(0, 16)];
  const own = new Set(bytes).size >= TELLING ? [bytes.toString("latin1"), bytes.toString("base64url"), bytes.toString("hex")] : [];
  return [...own, ...hashes.flatMap((one) => [one.toString("latin1"), one.toString("base64url"), one.toString("hex")])];
}

interface Piece {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Those of which a form is in the texts. */
const leaked = (pieces: readonly Piece[], texts: readonly string[]): Piece[] =>
  pieces.filter(({ bytes }) => forms(bytes).some((form) => texts.some((text) => text.includes(form))));

/** The names of a probe's two pictures, which are digested with each and are no readings. */
const PICTURES = ["cpu", "default"];

/** The readings of a watch, and their parts behind the label. */
function readings(watch: Watch): Piece[] {
  return watch.read.flatMap(({ name, reading }) => [{ name, bytes: reading }, ...parts(reading).slice(1).map((bytes) => ({ name, bytes }))]).filter(({ bytes }) => bytes.length > 0 && !PICTURES.includes(bytes.toString()));
}

/** The fields that carry an evidence document as their third part: of the login, and of its confirmation. */
const FIELDS = ["login-guard-proof", "login-guard-verdict"];

const evidenceOf = ({ body }: Sent): { components: object; facts: Record<string, string> } | undefined => {
  const fields = new URLSearchParams(body);
  const [, , evidence = ""] = (FIELDS.map((name) => fields.get(name)).find((value) => value !== null) ?? "").split("~");
  return evidence === "" ? undefined : (JSON.parse(Buffer.from(evidence, "base64url").toString("utf8")) as { components: object; facts: Record<string, string> });
};

/** What was sent, without what browsers write themselves and without the facts that go in clear. */
function sentTexts(sent: readonly Sent[]): string[] {
  return sent.flatMap((one) => {
    const evidence = evidenceOf(one);
    const headers = one.headers.flatMap((name, at) => (at % 2 === 0 && !OWN_HEADERS.test(name) ? [`${name}: ${one.headers[at + 1] ?? ""}`] : []));
    const fields = new URLSearchParams(one.body);
    if (evidence === undefined) return [one.path, one.body, ...headers];
    const others = FIELDS.flatMap((name) => (fields.get(name) ?? "").split("~").filter((_, at) => at !== 2));
    for (const name of FIELDS) fields.delete(name);
    const { facts, ...said } = evidence;
    return [one.path, fields.toString(), ...others, JSON.stringify(said), ...headers];
  });
}

/** What an evidence document says of a machine: digests of components, and the tags of sets, four characters each. */
function digests(sent: readonly Sent[]): { digests: string[]; tags: string[] } {
  const evidence = sent.map(evidenceOf).find((one) => one !== undefined);
  const components = Object.entries((evidence?.components ?? {}) as Record<string, { digest?: string; tags?: string }>);
  return {
    digests: components.flatMap(([, { digest }]) => digest ?? []),
    tags: components.flatMap(([name, { tags }]) => (tags?.match(/.{4}/g) ?? []).map((tag) => `${name} ${tag}`)),
  };
}

/** Confirms this browser for an account; what was sent for it. */
async function confirmed(visitor: Visitor, account: string): Promise<Sent[]> {
  visitor.demo.proxy.forget();
  await visitor.confirms(account);
  return [...visitor.demo.proxy.sent];
}

type Digests = ReturnType<typeof digests>;

function disjoint(one: Digests, other: Digests, what: string): void {
  holds(one.digests.length >= 4 && other.digests.length >= 4, `${what}: both sent digests (${one.digests.length}, ${other.digests.length})`);
  equal(one.digests.filter((digest) => other.digests.includes(digest)), [], what);
  // a tag has 24 bits, and of some thousand pairs one may be equal by chance
  holds(one.tags.filter((tag) => other.tags.includes(tag)).length <= 1, `${what}: tags ${one.tags.join(", ")} and ${other.tags.join(", ")}`);
}

export const privacy: readonly Spec[] = [
  {
    name: "no reading and no key leaves the browser or is stored in clear",
    engines: ["chromium", "firefox"],
    async run({ demo, visitor }) {
      const watch = Watch.begin(demo.proxy);
      const alice = await visitor();
      await alice.confirms("alice");
      const duringLogin = await stored(alice);
      await alice.logsOut();
      await alice.logsIn("alice");
      await alice.arrivesAt("/account");
      const kept = await stored(alice);
      const cookies = await alice.driver.manage().getCookies();
      const could = await alice.driver.executeScript<string[]>(COULD_READ);

      const seen = readings(watch);
      const names = new Set(seen.map(({ name }) => name));
      holds(names.size >= 8, `readings were watched: ${[...names].join(", ")}`);
      const storage = [duringLogin, kept].flatMap(({ local, session, records }) => [JSON.stringify(local), JSON.stringify(session), ...records]);
      const texts = unwrapped([...sentTexts(watch.sent), ...storage, ...cookies.map(({ name, value }) => `${name}=${value}`)]);
      equal(leaked(seen, texts).map(({ name, bytes }) => `${name}: ${bytes.toString("latin1").slice(0, 80)}`), [], "readings in what was sent or stored");
      const known = could.map((value) => ({ name: value, bytes: Buffer.from(value) }));
      equal(leaked(known, texts).map(({ name }) => name), [], "what the page could read, in what was sent or stored");
      const hidden = Buffer.from(JSON.stringify({ noise: `${"x".repeat(20)} ${could.at(-1) ?? ""}` })).toString("base64url");
      equal(leaked(known, unwrapped([`a=1&b=${Buffer.from(hidden).toString("base64url")}`])).length, 1, "a planted reading is found");
      for (const one of watch.sent) {
        for (const [name, value] of Object.entries(evidenceOf(one)?.facts ?? {})) {
          const fact = FACTS[name];
          if (fact?.form.test(value) !== true) throw new Error(`${name}=${value} is no documented fact`);
          const said = one.headers.find((_, at) => at % 2 === 1 && one.headers[at - 1]?.toLowerCase() === fact.header) ?? "";
          holds(said.toLowerCase().includes((fact.said?.(value) ?? value).toLowerCase()), `${name}=${value} stands in ${fact.header} too: ${said}`);
        }
      }
      equal(kept.keys.map(({ type, algorithm }) => `${type} ${algorithm}`).sort(), ["private ECDSA", "secret HMAC"], "kept keys");
      for (const key of kept.keys) equal([key.extractable, key.exported], [false, ""], `extractable, exported formats of the ${key.algorithm} key`);
      const exported = new Set(watch.exported.filter((key) => key.startsWith("private") || key.startsWith("secret")));
      // the spec's own tries at the kept keys are told as well, and nothing else is
      equal(watch.exported.filter((key) => exported.has(key)).length, 3 * (duringLogin.keys.length + kept.keys.length), "tries to export a secret key");
      holds(!storage.some((text) => text.includes("alice")), "the login name is not stored");
    },
  },
  {
    name: "two accounts on one machine share no digest and no key",
    engines: ["chromium", "firefox"],
    async run({ visitor }) {
      const person = await visitor();
      const asAlice = await confirmed(person, "alice");
      await person.logsOut();
      const asBob = await confirmed(person, "bob");
      disjoint(digests(asAlice), digests(asBob), "digests of both accounts");
      equal(asBob.filter(({ path }) => path === "/login-guard/attempts").map(({ body }) => "device_key_id" in (JSON.parse(body) as object)), [false], "bob's attempt names a key");
      const { records } = await stored(person);
      const ids = records.map((record) => (JSON.parse(record) as { id: string }).id);
      equal(new Set(ids).size, 2, "keys of two accounts");
      const proofs = sentTexts(asBob.filter(({ path }) => path === "/login"));
      const [first = ""] = ids.filter((id) => unwrapped(sentTexts(asAlice)).some((text) => text.includes(id.slice(0, 8))));
      holds(first !== "" && !unwrapped(proofs.filter((text) => !text.startsWith("cookie"))).some((text) => text.includes(first)), "bob's login says nothing of alice's key");
    },
  },
  {
    name: "two platforms share no digest of one machine",
    engines: ["chromium", "firefox"],
    async run({ visitor }) {
      const person = await visitor();
      const here = await confirmed(person, "alice");
      const keptHere = await stored(person);
      // another host, since cookies belong to hosts and not to ports
      const other = await Demo.start({ host: "127.0.0.1" });
      try {
        const there = await confirmed(new Visitor(other, person.session), "alice");
        disjoint(digests(here), digests(there), "digests on both platforms");
        const keptThere = await stored(person);
        equal([keptHere.records.length, keptThere.records.length], [1, 1], "keys on either platform");
        const ids = keptHere.records.map((record) => (JSON.parse(record) as { id: string }).id);
        holds(ids.every((id) => id.length > 16 && !unwrapped(sentTexts(there)).some((text) => text.includes(id))), "the other platform is not told the key of the first");
        const [firstThere] = there.filter(({ path }) => path === "/login");
        equal(firstThere?.headers.some((name) => name.toLowerCase() === "cookie"), false, "the first login there carries a cookie");
      } finally {
        await other.stop();
      }
    },
  },
  {
    name: "nothing is stored or set for a visitor who does not log in",
    engines: ["chromium", "firefox"],
    async run({ demo, visitor }) {
      const watch = Watch.begin(demo.proxy);
      const passer = await visitor();
      const leavesNothing = async (when: string): Promise<void> => {
        const { local, session, databases, caches, workers } = await stored(passer);
        equal({ local, session, databases, caches, workers }, { local: {}, session: {}, databases: [], caches: [], workers: 0 }, `stored ${when}`);
        equal(await passer.driver.manage().getCookies(), [], `cookies ${when}`);
        equal(demo.proxy.seen.filter(({ headers }) => headers["set-cookie"] !== undefined).map(({ path }) => path), [], `answers that set a cookie ${when}`);
      };
      for (const page of ["/", "/login", "/login/json", "/inbox"]) {
        await passer.open(page);
        await passer.sees("body");
        await leavesNothing(`on ${page}`);
      }
      equal(watch.read, [], "readings without a name");
      await passer.open("/login");
      await passer.type(PARTS.account, "alice");
      await passer.press(PARTS.password);
      await eventually("the attempt is asked for and the machine is read", () =>
        demo.proxy.asked("/login-guard/attempts").length > 0 && watch.read.length >= 5 ? true : undefined,
      );
      await leavesNothing("after a name was typed");
      await passer.open("/");
      await leavesNothing("after leaving the page");
    },
  },
];
