// A QR picture, drawn here: the secret in it goes to nobody. Fetched when an app is set up, and only then.

import qrcode from "qrcode-generator";

const SVG = "http://www.w3.org/2000/svg";
/** White modules around the picture that scanners want (ISO/IEC 18004). */
const QUIET = 4;

/** The picture of a text: dark on white in any theme, since scanners expect that. */
export function draw(text: string): SVGSVGElement {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const count = code.getModuleCount();
  const side = count + 2 * QUIET;
  let path = "";
  for (let row = 0; row < count; row += 1)
    for (let column = 0; column < count; column += 1) if (code.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${side} ${side}`);
  picture.setAttribute("shape-rendering", "crispEdges");
  picture.append(shape("rect", { width: String(side), height: String(side), fill: "#fff" }), shape("path", { d: path, fill: "#000" }));
  return picture;
}

function shape(name: "path" | "rect", attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
