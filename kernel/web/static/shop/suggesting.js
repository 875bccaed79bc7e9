// Search suggestions as an ARIA combobox (APG, list autocomplete with manual selection). The server answers with a list
// of links, each [role=option]; arrows choose, Enter goes there, Escape closes and keeps what was typed.
import { fetched } from "../common/fetching.js";
import { say, word } from "../common/telling.js";

const PAUSE = 120;

function combobox(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("div");
  let timer = 0;
  let asked = "";
  let chosen = -1;
  list.id = `${input.id}-suggestions`;
  list.className = "suggest";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("list"));
  form.querySelector(".search-box").append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);

  const options = () => [...list.querySelectorAll("[role=option]")];

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }

  function choose(index) {
    chosen = index;
    options().forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options()[index].id);
  }

  async function ask() {
    const text = input.value.trim();
    if (text === asked) { if (options().length && text) show(true); return; }
    asked = text;
    if (!text) { list.replaceChildren(); show(false); return; }
    try {
      const url = new URL(form.dataset.suggest, location.href);
      url.searchParams.set("q", text);
      const answer = await fetched(url.href);
      if (asked !== text || !answer.ok) return;
      const found = [...answer.page.querySelectorAll("[role=option]")].map((node) => document.importNode(node, true));
      found.forEach((option, at) => { option.id = `${list.id}-${at}`; option.tabIndex = -1; option.setAttribute("aria-selected", "false"); });
      list.replaceChildren(...found);
      show(found.length > 0 && document.activeElement === input);
      say(found.length ? word("some").replace("#", String(found.length)) : word("none"));
    } catch { show(false); }
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); show(false); return; }
    if (event.key === "Enter" && chosen >= 0 && !list.hidden) { event.preventDefault(); all[chosen].click(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (list.hidden) { ask(); return; }
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(chosen + step >= all.length ? -1 : chosen + step < -1 ? all.length - 1 : chosen + step);
  });
  input.addEventListener("blur", () => setTimeout(() => { if (!form.contains(document.activeElement)) show(false); }, 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}

for (const form of document.querySelectorAll("form[data-suggest]")) combobox(form);
