// Every state that the component can be in, and how a person gets there. For what must hold in all of them, and for pictures.

import { ALLOW, type Answer, problem, type Scenario, sent } from "./scripted.ts";
import type { Visitor } from "./visitor.ts";

export interface State extends Scenario {
  readonly name: string;
  /** Something that is there only then. */
  readonly sees: string;
  reach?(visitor: Visitor): Promise<void>;
}

const PASSKEY = { method: "passkey", options: { challenge: "AQID", rpId: "localhost", allowCredentials: [{ type: "public-key", id: "AQID" }] } };
const APPROVAL = { method: "approval" };
const EXTERNAL = { method: "external", amr: ["otp"] };
const TOTP = { method: "totp" };
const SMS = { method: "sms-code", destination: "+86•••••42" };
const MAIL = { method: "mail-code", destination: "a•••e@e•••.com" };
const RECOVERY = { method: "recovery-code", left: 9 };
export const METHODS = { PASSKEY, APPROVAL, EXTERNAL, TOTP, SMS, MAIL, RECOVERY } as const;
/** Every way, and one that no page of ours knows. */
export const ALL: readonly object[] = [PASSKEY, { method: "carrier-pigeon" }, APPROVAL, EXTERNAL, TOTP, SMS, MAIL, RECOVERY];

const SENT = sent(MAIL.destination);
const mail: Scenario["answers"] = { "mail-code/send": [SENT] };
const press = (part: string) => async (visitor: Visitor): Promise<void> => visitor.press(`[part=${part}]`);
const types = async (visitor: Visitor, code: string): Promise<void> => (await visitor.sees("form input")).sendKeys(code);
/** Sends a code, and answers with another one. */
const answers = (method: { readonly method: string; readonly destination?: string }, answer: Answer, name: string): State => ({
  name,
  methods: [method, RECOVERY],
  answers: { [`${method.method}/send`]: [sent(method.destination ?? "")], [`${method.method}/check`]: [answer] },
  sees: "[part=error]",
  async reach(visitor) {
    if (method.destination !== undefined) await visitor.press("[part=send]");
    await visitor.sees("[data-ready] input");
    await types(visitor, method === MAIL ? "12345678" : method === RECOVERY ? "K7M2-9QXT-4RWD" : "123456");
    if (method === RECOVERY) await visitor.press("[part=submit]");
  },
});

export const STATES: readonly State[] = [
  { name: "mail-offered", methods: [MAIL], sees: "[part=send]" },
  { name: "mail-preparing", methods: [MAIL], answers: { "mail-code/send": ["held"] }, sees: "[part=send][aria-disabled=true]", reach: press("send") },
  { name: "mail-sent", methods: [MAIL, RECOVERY], answers: mail, sees: "[data-ready] [part=resend]", reach: press("send") },
  { name: "mail-expired", methods: [MAIL], answers: { "mail-code/send": [sent(MAIL.destination, { expires_in_s: 0, resend_after_s: 0 })] }, sees: "[data-ready] [part=resend]:enabled", reach: press("send") },
  { ...answers(MAIL, "held", "mail-checking"), sees: "[part=submit][aria-disabled=true]" },
  answers(MAIL, problem(422, "code-wrong", { tries_left: 4 }), "mail-wrong"),
  answers(MAIL, problem(409, "code-replaced"), "mail-replaced"),
  answers(MAIL, "cut", "mail-unreachable"),
  answers(SMS, problem(422, "code-wrong", { tries_left: 1 }), "sms-wrong"),
  { name: "totp", methods: [TOTP], sees: "[part=submit]" },
  answers(TOTP, problem(409, "code-spent"), "totp-spent"),
  answers(RECOVERY, problem(422, "code-wrong", { tries_left: 3 }), "recovery-wrong"),
  { name: "passkey", methods: ALL, passkey: "gives", sees: "[part=passkey]" },
  { name: "passkey-stopped", methods: ALL, passkey: "stops", sees: ".has-status", reach: press("passkey") },
  { name: "passkey-refused", methods: ALL, passkey: "gives", answers: { "passkey/check": [problem(403, "passkey-refused")] }, sees: "[part=error]", reach: press("passkey") },
  { name: "passkey-alone", methods: [PASSKEY], sees: "[part=about]" },
  { name: "slower", methods: [PASSKEY, MAIL], passkey: "gives", sees: "[part=slower]", reach: press("cannot") },
  { name: "ways", methods: ALL, passkey: "gives", sees: "[part=ways]", reach: press("another") },
  { name: "approval", methods: [APPROVAL, MAIL], sees: "[part=approval]" },
  {
    name: "approval-shown",
    methods: [APPROVAL, MAIL],
    answers: { "approval/request": [{ status: 200, body: { v: 1, code: "K7M2-9QXT", expires_in_s: 300 } }], "approval/check": [problem(409, "approval-pending")] },
    sees: ".big.shown",
    reach: press("approval"),
  },
  { name: "approval-refused", methods: [APPROVAL, MAIL], answers: { "approval/request": [problem(403, "approval-refused")] }, sees: "[part=error]", reach: press("approval") },
  { name: "external", methods: [EXTERNAL, MAIL], sees: "[part=external]" },
  { name: "external-pending", methods: [EXTERNAL, MAIL], answers: { "external/check": [problem(409, "confirmation-pending")] }, sees: "[part=error]", reach: press("external") },
  { name: "ended", methods: [MAIL], answers: { "mail-code/send": [problem(410, "attempt-expired")] }, sees: "[part=restart]", reach: press("send") },
];

export const CONFIRMS: Answer = ALLOW;
