// The exchange's own second factor. The exchange's page asks for it, in the slot or elsewhere; the exchange's back end reports it.

import type { Method } from "../confirmation";
import { make } from "../elements";
import type { Text } from "../locales/en";
import type { Words } from "../words";
import { button } from "./panel";
import type { MakeWay } from "./stage";

/** How people call what stands behind a value of RFC 8176. */
const FACTORS: Readonly<Record<string, Text>> = {
  otp: "factorOtp", sms: "factorSms", hwk: "factorKey", pop: "factorKey", swk: "factorKey", fpt: "factorBody", face: "factorBody", iris: "factorBody",
};

const factorOf = ({ amr = [] }: Method): Text => amr.map((one) => FACTORS[one]).find((one) => one !== undefined) ?? "factorOther";

/** The factor's name at the beginning of a line. */
export function nameOfFactor(method: Method, words: Words): string {
  const name = words.say(factorOf(method));
  return name.charAt(0).toLocaleUpperCase(words.locale.tag) + name.slice(1);
}

export const external: MakeWay = (stage) => {
  const panel = stage.panel();
  const press = button("external", "primary", () => void check());
  panel.element.append(make("slot", { name: "external" }), press, panel.note);
  panel.tell(panel.heading, (words) => nameOfFactor(stage.method, words));
  panel.say(panel.about, "externalAbout", (words) => ({ factor: words.say(factorOf(stage.method)) }));
  panel.say(press, "externalPress");

  async function check(): Promise<void> {
    await stage.run(panel, press, async () => {
      panel.status("externalChecking");
      stage.finish(await stage.confirmation.confirm("external/check", "", {}, stage.signal));
    });
  }

  return { panel, enter: () => stage.confirmation.readAhead(), focus: press };
};
