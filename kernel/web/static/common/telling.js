// Messages that stay until they are closed, the line on top while something takes longer than 200 ms, and spoken news.
const words = document.querySelector("template[data-words]")?.dataset ?? {};
const spoken = document.createElement("div");
spoken.className = "sr-only";
spoken.setAttribute("role", "status");
document.body.append(spoken);

export const word = (key) => words[key] ?? "";

export function say(text) {
  spoken.textContent = "";
  setTimeout(() => { spoken.textContent = text; }, 60);
}

export function icon(name) {
  const known = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${known}#${name}`);
  svg.append(use);
  return svg;
}

export function tell(text, { tone = "good", link = "", href = "" } = {}) {
  const box = document.createElement("div");
  box.className = `notice toast notice-${tone}`;
  const body = document.createElement("div");
  body.className = "notice-body";
  const line = document.createElement("p");
  line.className = "notice-title";
  line.textContent = text;
  body.append(line);
  if (link) {
    const onward = document.createElement("a");
    onward.className = "link";
    onward.href = href;
    onward.textContent = link;
    body.append(onward);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-quiet btn-sm btn-square";
  close.setAttribute("aria-label", word("close"));
  close.append(icon("x"));
  close.addEventListener("click", () => box.remove());
  box.append(icon(tone === "bad" ? "circle-alert" : "circle-check"), body, close);
  document.querySelector("[data-notices]").replaceChildren(box);
}

let waiting = 0;
let line = null;

export async function busy(work) {
  waiting += 1;
  const later = setTimeout(() => {
    if (line || !waiting) return;
    line = document.createElement("div");
    line.className = "busy";
    document.body.append(line);
  }, 200);
  try {
    return await work;
  } finally {
    clearTimeout(later);
    waiting -= 1;
    if (!waiting && line) { line.remove(); line = null; }
  }
}
