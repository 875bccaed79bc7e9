// The block editor: buttons act without leaving the page, what is typed is kept by itself, the preview follows. Without this
// file every button is a plain post of the same form.
import { fetched } from "../common/fetching.js";
import { busy, say, tell, word } from "../common/telling.js";

const PAUSE = 900;
const editor = () => document.querySelector("form[data-writing]");
const folded = new Set();
let waiting = null;
let sending = Promise.resolve();
let open = true;

function reload() {
  const frame = document.querySelector("[data-preview] iframe");
  if (!frame) return;
  const top = frame.contentWindow?.scrollY ?? 0;
  frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, top), { once: true });
  frame.contentWindow?.location.reload();
}

function put(name, page) {
  const fresh = page.querySelector(`[data-part="${name}"]`);
  const old = document.querySelector(`[data-part="${name}"]`);
  if (!fresh || !old) return false;
  old.replaceWith(document.importNode(fresh, true));
  return true;
}

function settle(id, fallback) {
  for (const block of document.querySelectorAll("details[data-block]")) if (folded.has(block.dataset.block)) block.open = false;
  const wanted = document.querySelector("[data-part=blocks] [data-focus]") ?? document.getElementById(id) ?? document.querySelector(fallback);
  wanted?.focus();
  wanted?.scrollIntoView({ block: "nearest" });
  const said = document.querySelector("[data-part=state] [data-said]")?.textContent;
  if (said) say(said);
}

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  const answer = await fetched(form.action, { method: "POST", body });
  if (answer.redirected || !answer.page.querySelector("[data-part=state]")) { location.assign(answer.redirected ? answer.url : location.href); return; }
  put("state", answer.page);
  put("blocks", answer.page);
  settle(submitter.id, "[data-part=state]");
  if (answer.ok) reload();
}

async function keep(form) {
  const body = new FormData();
  for (const [name, value] of new FormData(form)) if (!(value instanceof File)) body.append(name, value);
  body.set("do", "typing");
  const answer = await fetched(form.action, { method: "POST", body });
  put("state", answer.page);
  if (answer.ok) reload();
}

// one after the other, so that each goes out with the version the one before it made
function queue(work) {
  sending = sending.then(work).catch(() => tell(word("failed"), { tone: "bad" }));
  return sending;
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-writing]");
  if (!form || !event.submitter || event.submitter.hasAttribute("data-leave")) return;
  event.preventDefault();
  clearTimeout(waiting);
  const submitter = event.submitter;
  busy(queue(() => send(form, submitter)));
}, true);

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches("form[data-writing]") || event.target.type === "file" || event.target.closest("[data-not-kept]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (open) queue(() => keep(editor())); }, PAUSE);
});

document.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.form?.matches("form[data-writing]") && event.target.files.length) {
    document.getElementById("save")?.click();
  }
});

document.addEventListener("toggle", (event) => {
  const id = event.target.dataset?.block;
  if (id) folded[event.target.open ? "delete" : "add"](id);
}, true);

document.addEventListener("keydown", (event) => {
  const block = event.target.closest?.("details[data-block]");
  if (block && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    document.getElementById(`${event.key === "ArrowUp" ? "up" : "down"}-${block.dataset.block}`)?.click();
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && editor()) { event.preventDefault(); document.getElementById("save")?.click(); }
});

document.addEventListener("click", (event) => {
  const width = event.target.closest?.("[data-preview-width]");
  if (!width) return;
  document.querySelector("[data-preview]").dataset.width = width.dataset.previewWidth;
  for (const one of document.querySelectorAll("[data-preview-width]")) one.setAttribute("aria-pressed", String(one === width));
});
addEventListener("pagehide", () => { open = false; });
