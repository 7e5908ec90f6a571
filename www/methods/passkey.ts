// Passkeys (WebAuthn level 3). The browser asks the person; what it signs goes to the verifier as it came.

import { codeOf, LoginGuardError } from "../error";
import { type Asked, askPasskey, disownPasskey, isSupported } from "../passkeys";
import { button } from "./panel";
import type { MakeWay } from "./stage";

export const way: MakeWay = (stage) => {
  const panel = stage.panel();
  const press = button("passkey", "primary", () => void use());
  const cannot = button("cannot", "quiet", pass);
  panel.element.append(press, cannot, panel.note);
  panel.say(panel.heading, "passkeyName");
  panel.say(panel.about, "passkeyAbout");
  panel.say(press, "passkeyPress");
  panel.say(cannot, "passkeyCannot");
  let asking = new AbortController();
  stage.signal.addEventListener("abort", () => asking.abort());

  function pass(): void {
    asking.abort();
    if (stage.pass()) return;
    panel.say(panel.about, "alone");
    press.hidden = !isSupported();
    cannot.hidden = true;
    panel.heading.focus();
  }

  async function use(): Promise<void> {
    const { options } = stage.method;
    asking = new AbortController();
    const { signal } = asking;
    await stage.run(panel, press, async () => {
      panel.status("passkeyWaiting");
      if (options === undefined) throw new LoginGuardError("challenge-invalid");
      let asked: Asked;
      try {
        asked = await askPasskey(options, signal);
      } catch (thrown) {
        if (signal.aborted) throw new LoginGuardError("cancelled");
        // the person closed it, or let it pass: nothing went wrong
        if (nameOf(thrown) === "NotAllowedError") return panel.status("passkeyStopped");
        throw new LoginGuardError("passkey-unsupported");
      }
      panel.status("checking");
      try {
        stage.finish(await stage.confirmation.confirm("passkey/check", asked.json, { credential: asked.json }, stage.signal));
      } catch (thrown) {
        if (codeOf(thrown) === "passkey-unknown") await disownPasskey(options.rpId, asked.id);
        throw thrown;
      }
    });
  }

  return {
    panel,
    enter() {
      stage.confirmation.readAhead();
      // no such thing in this browser: the next way, at once
      if (!isSupported()) pass();
    },
    leave: () => asking.abort(),
    focus: press,
  };
};

const nameOf = (thrown: unknown): string => (thrown instanceof DOMException ? thrown.name : "");
