// Rows chosen in a table and the bar that acts on them.
function count(bar) {
  const boxes = [...document.querySelectorAll(`input.pick[form="${CSS.escape(bar.id)}"]`)];
  const chosen = boxes.filter((box) => box.checked).length;
  const shown = bar.querySelector("[data-bulk-count]");
  const all = bar.querySelector("[data-bulk-all]");
  bar.toggleAttribute("data-any", chosen > 0);
  shown.textContent = chosen === 1 ? shown.dataset.one : shown.dataset.many.replace("#", String(chosen));
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
  return boxes;
}

let last = null;
document.addEventListener("click", (event) => {
  const box = event.target.closest?.("input.pick");
  if (!box) return;
  const boxes = [...document.querySelectorAll(`input.pick[form="${CSS.escape(box.getAttribute("form"))}"]`)];
  if (event.shiftKey && last && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    boxes.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
  }
  last = box;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("input.pick")) { const bar = document.getElementById(event.target.getAttribute("form")); if (bar) count(bar); }
  if (event.target.matches("[data-bulk-all]")) {
    const bar = event.target.closest("[data-bulk]");
    for (const box of count(bar)) box.checked = event.target.checked;
    count(bar);
  }
  if (event.target.matches("[data-auto]") && event.target.form && !event.target.closest("[data-bulk]")) event.target.form.requestSubmit();
});
const all = () => document.querySelectorAll("form[data-bulk]").forEach(count);
all();
addEventListener("pageshow", all);
document.addEventListener("htmx:after:swap", all);
