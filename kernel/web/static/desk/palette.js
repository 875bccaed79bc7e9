// Ctrl-K (or ⌘K): everything a person can go to, found by a few letters.
const box = document.querySelector("dialog[data-palette]");

if (box) {
  const input = box.querySelector("input");
  const options = [...box.querySelectorAll("[role=option]")];
  const none = box.querySelector("[data-none]");
  let chosen = 0;

  const seen = () => options.filter((option) => !option.hidden);

  function choose(index) {
    const list = seen();
    chosen = Math.max(0, Math.min(list.length - 1, index));
    options.forEach((option) => option.setAttribute("aria-selected", String(option === list[chosen])));
    if (list[chosen]) { input.setAttribute("aria-activedescendant", list[chosen].id); list[chosen].scrollIntoView({ block: "nearest" }); }
    none.hidden = list.length > 0;
  }
  function open() {
    if (box.open) return;
    input.value = "";
    options.forEach((option) => { option.hidden = false; });
    box.showModal();
    choose(0);
  }

  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
    if (event.target === box) box.close();
  });
  input.addEventListener("input", () => {
    const parts = input.value.toLocaleLowerCase().split(/\s+/);
    options.forEach((option) => { option.hidden = !parts.every((part) => option.textContent.toLocaleLowerCase().includes(part)); });
    choose(0);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(chosen + (event.key === "ArrowDown" ? 1 : -1)); }
    if (event.key === "Enter") { event.preventDefault(); seen()[chosen]?.click(); }
  });
  if (/Mac|iPhone|iPad/.test(navigator.platform)) document.querySelectorAll("[data-mod-key]").forEach((key) => { key.textContent = "⌘ K"; });
}
