// Links and forms marked data-swap fetch their page and take over the parts that differ ([data-part]); the address, the
// title, the focus and the way back stay right. Without script they are ordinary links and forms.
import { busy, say, word } from "../common/telling.js";
import { fetched } from "../common/fetching.js";

let latest = 0;

function takeOver(page) {
  let taken = 0;
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (!fresh) continue;
    const open = part.matches("details") ? part.open : null;
    const folds = [...part.querySelectorAll("details")].map((fold) => fold.open);
    const adopted = document.importNode(fresh, true);
    if (open !== null) adopted.open = open;
    const inner = adopted.querySelectorAll("details");
    if (inner.length === folds.length) inner.forEach((fold, index) => { fold.open = folds[index]; });
    part.replaceWith(adopted);
    taken += 1;
  }
  return taken;
}

export async function visit(url, { push = true } = {}) {
  const mine = (latest += 1);
  const focused = document.activeElement?.id;
  let answer;
  try {
    answer = await busy(fetched(url));
  } catch {
    location.assign(url);
    return;
  }
  if (mine !== latest) return;
  if (!answer.ok || !takeOver(answer.page)) { location.assign(url); return; }
  if (push) history.pushState({ swapped: true }, "", url);
  if (answer.page.title) document.title = answer.page.title;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("galleria:parts"));
  say(document.querySelector("[data-part] [data-said]")?.textContent.trim() || word("updated"));
}

function addressOf(form, submitter) {
  const data = new FormData(form, submitter);
  const url = new URL(form.action, location.href);
  url.search = new URLSearchParams([...data].filter(([, value]) => value !== "")).toString();
  return url.href;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  visit(link.href);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-swap]")) return;
  event.preventDefault();
  visit(addressOf(form, event.submitter));
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form) return;
  if (form.matches("[data-auto-submit]") || event.target.matches("[data-auto]")) form.requestSubmit();
});
addEventListener("popstate", () => visit(location.href, { push: false }));
history.replaceState({ swapped: true }, "");
