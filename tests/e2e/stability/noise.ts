// Read-back noise as privacy browsers add it: the same within a session, new with the next seed; on pages and in workers.

/** A classic script that changes what canvases, WebGL and audio buffers read back as. */
export function noiseScript(seed: number): string {
  return `(() => {
    const seed = ${seed};
    const chance = (at) => {
      let x = Math.imul(at ^ seed, 0x9e3779b1);
      x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
      return (x ^ (x >>> 13)) >>> 0;
    };
    // one colour value in sixteen, where something is drawn, by one step
    const disturb = (bytes) => {
      for (let at = 0; at < bytes.length; at += 1) {
        if (at % 4 !== 3 && bytes[at] > 0 && bytes[at] < 255 && chance(at) % 16 === 0) bytes[at] ^= 1;
      }
    };
    const wrap = (type, name, after) => {
      const own = type?.prototype[name];
      if (own === undefined) return;
      type.prototype[name] = function (...args) { return after.call(this, own, args); };
    };
    for (const type of [globalThis.CanvasRenderingContext2D, globalThis.OffscreenCanvasRenderingContext2D]) {
      wrap(type, "getImageData", function (own, args) {
        const picture = own.apply(this, args);
        disturb(picture.data);
        return picture;
      });
    }
    for (const type of [globalThis.WebGLRenderingContext, globalThis.WebGL2RenderingContext]) {
      wrap(type, "readPixels", function (own, args) {
        own.apply(this, args);
        if (args[6] instanceof Uint8Array) disturb(args[6]);
      });
    }
    const copyOf = (canvas, copy) => {
      copy.width = canvas.width;
      copy.height = canvas.height;
      if (copy.width === 0 || copy.height === 0) return canvas;
      const context = copy.getContext("2d");
      context.drawImage(canvas, 0, 0);
      context.putImageData(context.getImageData(0, 0, copy.width, copy.height), 0, 0);
      return copy;
    };
    for (const name of ["toDataURL", "toBlob"]) {
      wrap(globalThis.HTMLCanvasElement, name, function (own, args) { return own.apply(copyOf(this, document.createElement("canvas")), args); });
    }
    wrap(globalThis.OffscreenCanvas, "convertToBlob", function (own, args) { return own.apply(copyOf(this, new OffscreenCanvas(1, 1)), args); });
    const heard = new WeakSet();
    wrap(globalThis.AudioBuffer, "getChannelData", function (own, args) {
      const samples = own.apply(this, args);
      if (!heard.has(this)) {
        heard.add(this);
        const factor = 1 + (chance(1) % 1000) * 1e-7;
        for (let at = 0; at < samples.length; at += 1) samples[at] *= factor;
      }
      return samples;
    });
  })();`;
}
