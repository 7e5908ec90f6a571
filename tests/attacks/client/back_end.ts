// A back end by the protocol's page, which believes whatever it is handed: the verifier must not.

import { randomUUID } from "node:crypto";
import { type Answer, send } from "./http.ts";

export interface Assessment {
  readonly account: string | null;
  readonly login_name: string;
  readonly password: "right" | "wrong";
  readonly proof: string;
  readonly device_cookie: string | null;
  readonly address?: string;
  /** Made anew for each login post, unless a test repeats one. */
  readonly request_id?: string;
}

export class BackEnd {
  constructor(
    readonly listener: string,
    readonly apiKey: string,
  ) {}

  post(path: string, body: object, authorization = `Bearer ${this.apiKey}`): Promise<Answer> {
    const headers = { "content-type": "application/json", ...(authorization === "" ? {} : { authorization }) };
    return send("POST", `${this.listener}/v1/${path}`, headers, JSON.stringify(body));
  }

  open({ login_name, proof, device_cookie, address = "203.0.113.7" }: Assessment): Promise<Answer> {
    return this.post(`attempts/${attemptOf(proof)}/open`, { login_name, proof, device_cookie, client: { address } });
  }

  assess(assessment: Assessment): Promise<Answer> {
    return this.post(`attempts/${attemptOf(assessment.proof)}/assess`, assessBody(assessment));
  }

  compare(account: string, login_name: string, proof: string, device_cookie: string | null): Promise<Answer> {
    return this.post("devices/compare", { account, login_name, proof, device_cookie });
  }

  redeem(verdict: string, attempt: string, account: string, device_cookie: string | null, changes: object = {}): Promise<Answer> {
    const body = { verdict, attempt, account, purpose: "login", action: null, device_cookie, client: { address: "203.0.113.7" } };
    return this.post("verdicts/redeem", { ...body, ...changes });
  }
}

export const attemptOf = (field: string): string => field.split("~", 1)[0] ?? "";

export function assessBody({ address = "203.0.113.7", request_id = randomUUID(), ...rest }: Assessment): object {
  const mail = `${rest.account ?? "nobody"}@example.com`;
  return { request_id, ...rest, client: { address, user_agent: "Mozilla/5.0" }, amr: ["pwd"], locale: "en", contacts: { mail }, anti_phishing_phrase: "blue heron" };
}
