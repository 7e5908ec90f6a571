// Replaces things of the browser for one test; what each function returns puts them back.

const at = (path) => path.split(".").filter(Boolean).reduce((value, step) => value[step], globalThis);

export function replace(path, property, value) {
  const target = at(path);
  const own = Object.getOwnPropertyDescriptor(target, property);
  Object.defineProperty(target, property, { configurable: true, writable: true, value });
  return () => {
    delete target[property];
    if (own !== undefined) Object.defineProperty(target, property, own);
  };
}

export const answering = (value) => () => value;
export const throwing = (name) => () => {
  throw new DOMException("", name);
};
export const rejecting = (name) => () => Promise.reject(new DOMException("", name));

/** A `getImageData` of which no two answers are alike. */
export function noise() {
  let calls = 0;
  return (x, y, width, height) => {
    calls += 1;
    return { data: Uint8ClampedArray.from({ length: width * height * 4 }, (_, index) => (index + calls) % 251) };
  };
}

/** A `measureText` for a machine on which only the named family is installed. */
export function onlyInstalled(family) {
  return function () {
    return { width: this.font.includes(family) ? 100 : 50 };
  };
}

export const matchingOnly = (query) => (asked) => ({ matches: asked === query });
export const blankImage = (x, y, width, height) => ({ data: new Uint8ClampedArray(width * height * 4) });
export const digestKey = (raw) =>
  raw === undefined
    ? crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"])
    : crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
