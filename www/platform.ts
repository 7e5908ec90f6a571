// What people call the browser that they hold in their hands.

import type { Words } from "./words";

type Names = readonly (readonly [token: string, name: string])[];

const BROWSERS: Names = [["Edg", "Edge"], ["OPR/", "Opera"], ["SamsungBrowser", "Samsung Internet"], ["Firefox/", "Firefox"], ["FxiOS/", "Firefox"], ["CriOS/", "Chrome"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
const PLATFORMS: Names = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["CrOS", "ChromeOS"], ["Mac OS X", "macOS"], ["Linux", "Linux"]];

export function browserName(words: Words): string {
  const first = (names: Names): string | undefined => names.find(([token]) => navigator.userAgent.includes(token))?.[1];
  const [browser, platform] = [first(BROWSERS), first(PLATFORMS)];
  if (browser === undefined) return words.say("thisBrowser");
  return platform === undefined ? browser : words.say("browserOn", { browser, platform });
}
