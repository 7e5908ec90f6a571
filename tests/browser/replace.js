// Replaces things of the browser for one test; what each function returns puts them back.

const at = (path) => path.split(".").filter(Boolean).reduce((value, step) => value[step], globalThis);

export const replace = (path, property, value) => define(path, property, { configurable: true, writable: true, value });
export const replaceGetter = (path, property, get) => define(path, property, { configurable: true, get });

function define(path, property, descriptor) {
  const target = at(path);
  const own = Object.getOwnPropertyDescriptor(target, property);
  Object.defineProperty(target, property, descriptor);
  return () => {
    delete target[property];
    if (own !== undefined) Object.defineProperty(target, property, own);
  };
}

export const answering = (value) => () => value;
export const resolving = (value) => () => Promise.resolve(value);
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

/** A `getChannelData` of which no two answers are alike. */
export function samples() {
  let calls = 0;
  return () => Float32Array.from({ length: 5_000 }, () => (calls += 1));
}

/** A `measureText` of which no two answers are alike. */
export function growing() {
  let width = 0;
  return () => ({ width: (width += 1) });
}

export const graphics = (extensions) => ({
  getExtension: () => null,
  getParameter: (name) => name,
  getShaderPrecisionFormat: () => ({ rangeMin: 127, rangeMax: 127, precision: 23 }),
  getSupportedExtensions: () => extensions,
});

/** A `measureText` for a machine on which only the named family is installed. */
export function onlyInstalled(family) {
  return function () {
    return { width: this.font.includes(family) ? 100 : 50 };
  };
}

/** A `getContext` for contexts of one kind of drawing alone. */
export function onlyDrawing(willReadFrequently) {
  const { getContext } = OffscreenCanvas.prototype;
  return function (kind, options) {
    return options.willReadFrequently === willReadFrequently ? getContext.call(this, kind, options) : null;
  };
}

export const matchingOnly = (query) => (asked) => ({ matches: asked === query });
export const blankImage = (x, y, width, height) => ({ data: new Uint8ClampedArray(width * height * 4) });
export const digestKey = (raw) =>
  raw === undefined
    ? crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"])
    : crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
