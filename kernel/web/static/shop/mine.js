// What is this person's own on a page that is the same for everybody: one fragment, put into its slots.
import { fetched } from "../common/fetching.js";

export function fill(page) {
  let filled = 0;
  for (const fresh of page.querySelectorAll("[data-slot]")) {
    for (const slot of document.querySelectorAll(`[data-slot="${CSS.escape(fresh.dataset.slot)}"]`)) {
      slot.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
      filled += 1;
    }
  }
  return filled;
}

export async function refresh() {
  const url = document.querySelector("[data-me]")?.dataset.me;
  if (!url) return;
  try {
    const answer = await fetched(url, { cache: "no-store" });
    if (answer.ok) fill(answer.page);
  } catch { /* the plain links stay */ }
}

refresh();
addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
