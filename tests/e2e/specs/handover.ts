// Logins by fetch through a gateway that lets no cookie of the verifier's through: the page takes them over itself.

import type { Obstacles } from "../harness/proxy.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

const PAGE = "/test/login";
const SCRIPT = "/test/login.js";

/** The least page that an integrator could write. */
const HTML = `<!doctype html><html lang="en"><head><title>Log in</title></head><body>
<form id="login"><input name="account"><input name="password" type="password"><button type="submit">Log in</button></form>
<script type="module" src="${SCRIPT}"></script></body></html>`;

const LOGIN = `
  import { guard } from "/login-guard/guard.js";
  const post = async (path, body) => (await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json();
  document.querySelector("#login").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { account, password } = Object.fromEntries(new FormData(event.target));
    const proof = await guard.prove({ loginName: account });
    let answer = await post("/api/login", { account, password, proof });
    if (answer.challenge) answer = await post("/api/login/finish", { verdict: await guard.resolve(answer.challenge) });
    if (!answer.next) return document.body.append(answer.code);
    await guard.takeCookie();
    location.assign(answer.next);
  });`;

/** Nothing of ours in the answers of the back end; the verifier's own listener is not behind the gateway. */
const GATEWAY: Obstacles = { cookie: (line, path) => line.startsWith("__Host-lg-") && !path.startsWith("/login-guard/") };

async function behindGateway({ demo, visitor }: Scene): Promise<Visitor> {
  demo.proxy.extras.set(PAGE, { type: "text/html", body: HTML });
  demo.proxy.extras.set(SCRIPT, { type: "text/javascript", body: LOGIN });
  demo.proxy.obstacles = GATEWAY;
  return visitor();
}

async function deviceCookie(visitor: Visitor): Promise<string | undefined> {
  return (await visitor.driver.manage().getCookies()).find(({ name }) => name === "__Host-lg-device")?.value;
}

/** Confirms; answers the cookie that was taken over for the challenge. */
async function comesIn(visitor: Visitor, account: string): Promise<string | undefined> {
  await visitor.logsIn(account, visitor.demo.password, PAGE);
  await visitor.isChallenged();
  const code = await visitor.readsCode(`${account}@`);
  const challengedWith = await deviceCookie(visitor);
  await visitor.type(PARTS.code, code);
  await visitor.arrivesAt("/account");
  await visitor.logsOut();
  return challengedWith;
}

async function comesInSilently(visitor: Visitor, account: string): Promise<void> {
  const mails = (await visitor.demo.inbox()).length;
  await visitor.logsIn(account, visitor.demo.password, PAGE);
  await visitor.arrivesAt("/account");
  equal((await visitor.demo.inbox()).length, mails, "mails of a silent login");
  await visitor.logsOut();
}

export const handover: readonly Spec[] = [
  {
    name: "a form whose back end passes no cookie on is confirmed all the same, and the browser is known",
    async run({ demo, visitor }) {
      demo.proxy.obstacles = GATEWAY;
      const alice = await visitor();
      holds(await alice.getsIn("alice"), "an unknown device is asked");
      await alice.logsOut();
      holds(!(await alice.getsIn("alice")), "the cookie of the challenge is kept");
    },
  },
  {
    name: "a page whose back end passes no cookie on takes them over, and is known from then on",
    async run(scene) {
      const bob = await behindGateway(scene);
      const challengedWith = await comesIn(bob, "bob");
      holds(challengedWith !== undefined && (await deviceCookie(bob)) !== challengedWith, "the cookie moves on");
      const { proxy } = scene.demo;
      const taken = (): number[] => proxy.seen.filter(({ path }) => path.endsWith("/cookie")).map(({ status }) => status);
      equal(taken(), [204, 204], "hand-overs of a login that was confirmed");
      for (let round = 0; round < 2; round += 1) {
        proxy.forget();
        await comesInSilently(bob, "bob");
        equal(taken(), [204], "hand-overs of a silent login");
      }
      // a second account of the browser keeps the first one's entry
      await comesIn(bob, "carol");
      await comesInSilently(bob, "bob");
      await comesInSilently(bob, "carol");
      const own = proxy.seen.filter(({ path, headers }) => !path.startsWith("/login-guard/") && JSON.stringify(headers["set-cookie"] ?? "").includes("__Host-lg-device"));
      holds(own.length > 0, "the back end tried to pass cookies on");
    },
  },
  {
    name: "a key that the account knows confirms unseen where no cookie is passed on",
    async run(scene) {
      const alice = await behindGateway(scene);
      await comesIn(alice, "alice");
      await comesInSilently(alice, "alice");
      await comesInSilently(alice, "alice@example.com");
      await comesInSilently(alice, "alice@example.com");
      await comesInSilently(alice, "alice");
    },
  },
];
