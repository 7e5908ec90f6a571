// Reached the private network, and speaks to the backend listener.

import { equal } from "../e2e/harness/spec.ts";
import { send } from "./client/http.ts";
import { type Attack, refused } from "./client/scene.ts";

const PATHS = ["attempts/AAAAAAAAAAAAAAAAAAAAAA/open", "attempts/AAAAAAAAAAAAAAAAAAAAAA/assess", "verdicts/redeem", "devices/compare"];

export const intruder: readonly Attack[] = [
  {
    name: "without an API key nothing is answered",
    async run({ backEnd }) {
      for (const path of PATHS) refused(await backEnd.post(path, {}, ""), 401, "api-key-missing");
    },
  },
  {
    name: "an API key that is not ours opens nothing",
    async run({ backEnd }) {
      const [id = ""] = backEnd.apiKey.split(".");
      const foreign = [`Bearer ${id}.${"0".repeat(64)}`, `Bearer nobody.${"0".repeat(64)}`, `Bearer ${backEnd.apiKey}0`, `Bearer ${backEnd.apiKey.slice(0, -1)}`];
      for (const path of PATHS) for (const authorization of foreign) refused(await backEnd.post(path, {}, authorization), 401, "api-key-invalid");
    },
  },
  {
    name: "the browser listener does not speak for back ends, nor the backend listener for browsers",
    async run({ backEnd, demo }) {
      const headers = { "content-type": "application/json", authorization: `Bearer ${backEnd.apiKey}`, origin: demo.addresses.origin, "sec-fetch-site": "same-origin" };
      for (const path of PATHS) equal((await send("POST", `${demo.addresses.browser_listener}/v1/${path}`, headers, "{}")).status, 404, `${path} for browsers`);
      equal((await send("POST", `${demo.addresses.backend_listener}/login-guard/attempts`, headers, "{}")).status, 404, "attempts for back ends");
      for (const path of PATHS) equal((await send("POST", `${demo.addresses.origin}/v1/${path}`, headers, "{}")).status, 404, `${path} through the exchange`);
    },
  },
];
