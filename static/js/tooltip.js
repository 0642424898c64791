// The name of a sign without words, and the exact hour of "2 h ago": shown to a mouse that rests
// and to the keyboard's focus, gone with Escape, never needed to understand the page.

const AFTER = 400;
const LEAVES_AFTER = 120;
const GAP = 6;
const SIGNS = "[data-tip], .btn-icon[aria-label], .rail-link, time[title], .chart-plot svg :has(> title)";

const tip = document.createElement("div");
tip.className = "tip";
tip.id = "tip";
tip.setAttribute("role", "tooltip");
tip.popover = "manual";
document.body.append(tip);

let shown = null;
let timer = 0;

// The browser would show a title a second time.
function words(sign) {
  if (sign.title) {
    sign.dataset.tip = sign.title;
    sign.removeAttribute("title");
  }
  const drawn = sign.querySelector(":scope > title");
  if (drawn) {
    sign.dataset.tip = drawn.textContent;
    drawn.remove();
  }
  if (!sign.matches(".rail-link")) return sign.dataset.tip || sign.getAttribute("aria-label");
  const label = sign.querySelector(".rail-label");
  return label && getComputedStyle(label).clipPath !== "none" ? label.textContent.trim() : "";
}

function place(sign) {
  const around = sign.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const isBeside = sign.matches(".rail-link");
  const below = around.bottom + GAP;
  const fits = below + own.height < window.innerHeight;
  const x = isBeside ? around.right + GAP : around.left + (around.width - own.width) / 2;
  const beside = around.top + (around.height - own.height) / 2;
  const y = isBeside ? beside : fits ? below : around.top - own.height - GAP;
  const furthest = document.documentElement.clientWidth - own.width - GAP;
  tip.style.translate = `${Math.max(GAP, Math.min(x, furthest))}px ${Math.max(GAP, y)}px`;
}

function show(sign) {
  const text = words(sign);
  if (!text || !sign.isConnected || sign.closest("details[open]")?.querySelector(":scope > summary") === sign) return;
  tip.textContent = text;
  if (!tip.matches(":popover-open")) tip.showPopover();
  place(sign);
  shown = sign;
}

function hide() {
  window.clearTimeout(timer);
  if (shown) tip.hidePopover();
  shown = null;
}

function later(act, delay) {
  window.clearTimeout(timer);
  timer = window.setTimeout(act, delay);
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  if (event.target === tip) {
    window.clearTimeout(timer);
    return;
  }
  const sign = event.target.closest?.(SIGNS);
  if (sign && sign !== shown) later(() => show(sign), shown ? 0 : AFTER);
  else if (sign) window.clearTimeout(timer);
  else if (shown) later(hide, LEAVES_AFTER);
  else window.clearTimeout(timer);
});

document.addEventListener("focusin", ({ target }) => {
  hide();
  if (!target.matches(":focus-visible")) return;
  const sign = target.matches(SIGNS) ? target : target.querySelector?.(":scope > time[title], :scope > time[data-tip]");
  if (sign) show(sign);
});

// What a drawing says at a point, to a finger too.
document.addEventListener("click", ({ target }) => {
  const point = target.closest?.(".chart-plot [data-tip], .chart-plot svg :has(> title)");
  if (point) show(point);
});

document.addEventListener("tip", ({ target }) => show(target));
document.addEventListener("focusout", hide);
document.addEventListener("pointerdown", hide);

// What moved or is gone has no tip any more; one that is about to come still may.
function follow() {
  if (shown) hide();
}

document.addEventListener("scroll", follow, { capture: true, passive: true });
document.addEventListener("htmx:afterSwap", () => shown?.isConnected || follow());

// First of all that Escape closes; a dialog around it closes with it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !shown) return;
  if (!shown.closest("dialog")) event.preventDefault();
  hide();
}, { capture: true });
