// The gallery scrolls by itself (swipe, wheel); thumbs and arrow keys move it, and the thumb of the shown picture is marked.
function wire(gallery) {
  if (gallery.dataset.wired) return;
  gallery.dataset.wired = "yes";
  const stage = gallery.querySelector(".gallery-stage");
  const thumbs = [...gallery.querySelectorAll(".gallery-thumbs a")];
  if (!stage || !thumbs.length) return;
  const pictures = [...stage.children];
  let shown = 0;

  function mark(index) {
    shown = index;
    thumbs.forEach((thumb, at) => (at === index ? thumb.setAttribute("aria-current", "true") : thumb.removeAttribute("aria-current")));
    const row = thumbs[index].parentElement;
    row.scrollTo({ left: thumbs[index].offsetLeft - row.clientWidth / 2 });
  }
  function go(index) {
    const to = Math.max(0, Math.min(pictures.length - 1, index));
    stage.scrollTo({ left: pictures[to].offsetLeft - pictures[0].offsetLeft });
    mark(to);
  }
  thumbs.forEach((thumb, index) => thumb.addEventListener("click", (event) => { event.preventDefault(); go(index); }));
  stage.addEventListener("keydown", (event) => {
    const forward = getComputedStyle(stage).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    go(shown + (event.key === forward ? 1 : -1));
  });
  const watcher = new IntersectionObserver((seen) => {
    for (const entry of seen) if (entry.isIntersecting) mark(pictures.indexOf(entry.target));
  }, { root: stage, threshold: 0.6 });
  pictures.forEach((picture) => watcher.observe(picture));
}

const all = () => document.querySelectorAll("[data-gallery]").forEach(wire);
all();
document.addEventListener("galleria:parts", all);
