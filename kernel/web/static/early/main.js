// Runs before the first paint: says that scripts work, and brings back the wishes for light or dark and row height.
const root = document.documentElement;
root.classList.add("js");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (localStorage.getItem("density") === "compact") root.dataset.density = "compact";
} catch { /* storage may be forbidden; then the system's wish holds */ }
