// A drawing by keyboard: one stop, in which the arrows go from point to point and say each.

const POINTS = "svg :is([data-tip], :has(> title))";

// Of the drawings for several widths only one is shown.
function points(plot) {
  return [...plot.querySelectorAll(POINTS)].filter((point) => point.getClientRects().length);
}

function open(root) {
  root.querySelectorAll(".chart-plot:not([tabindex])").forEach((plot) => {
    if (!points(plot).length) return;
    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", plot.closest("figure").querySelector(".chart-title").textContent.trim());
  });
}

function next(all, here, key) {
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (here === -1) return key === "ArrowRight" ? all[0] : all.at(-1);
  return all[here + (key === "ArrowRight" ? 1 : -1)];
}

function go(event) {
  const plot = event.target;
  if (!plot.matches?.(".chart-plot") || !["ArrowRight", "ArrowLeft", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  const all = points(plot);
  const point = next(all, all.findIndex((one) => one.classList.contains("is-shown")), event.key);
  if (!point) return;
  leave(plot);
  point.classList.add("is-shown");
  point.dispatchEvent(new CustomEvent("tip", { bubbles: true }));
  document.body.dispatchEvent(new CustomEvent("announce", { detail: { text: point.dataset.tip } }));
}

function leave(plot) {
  plot.querySelector?.(".is-shown")?.classList.remove("is-shown");
}

document.addEventListener("keydown", go);
document.addEventListener("focusout", ({ target }) => leave(target));
document.addEventListener("htmx:afterSettle", () => open(document));
open(document);
