// Desks and portals are made per request: htmx 4 with its nonce gate, the palette, choosing rows.
import "./htmx.js";
import "htmx.org/dist/ext/hx-csp.js";
import "./palette.js";
import "./choosing.js";
import "./writing.js";
import "../common/manners.js";
import { busy, tell, word } from "../common/telling.js";

let done = null;
document.addEventListener("htmx:before:request", () => { if (!done) busy(new Promise((resolve) => { done = resolve; })); });
for (const kind of ["htmx:finally:request", "htmx:after:request", "htmx:error"]) {
  document.addEventListener(kind, () => { done?.(); done = null; });
}
document.addEventListener("htmx:error", () => tell(word("failed"), { tone: "bad" }));
