// Menus are native disclosure elements; this adds Escape, arrows and closing by a click elsewhere.

const isOpen = "details[data-menu][open]";

function items(menu) {
  return [...menu.querySelectorAll("a[href], button:not([disabled])")];
}

function close(menu, returnFocus) {
  menu.open = false;
  if (returnFocus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  document.querySelectorAll(isOpen).forEach((menu) => {
    if (!menu.contains(event.target)) close(menu, false);
  });
});

document.addEventListener("focusin", (event) => {
  document.querySelectorAll(isOpen).forEach((menu) => {
    if (!menu.contains(event.target)) close(menu, false);
  });
});

function neighbour(list, current, key) {
  if (key === "Home") return list[0];
  if (key === "End") return list.at(-1);
  const step = key === "ArrowDown" ? 1 : -1;
  const from = current === -1 && step === -1 ? 0 : current;
  return list[(from + step + list.length) % list.length];
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.preventDefault();
    close(menu, true);
  }
  const onSummary = event.target.matches("summary");
  if (onSummary && event.key === "ArrowDown") menu.open = true;
  if (!menu.open || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const list = items(menu);
  if (!list.length) return;
  event.preventDefault();
  neighbour(list, list.indexOf(event.target), event.key).focus();
});

// How navigation and tables were left on this device: the next page comes like that.
const YEAR = 365 * 24 * 3600;

function keepOnDevice(name, value) {
  document.body.dataset[name] = value;
  const security = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `cxhub-${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${security}`;
}

document.querySelector("[data-rail-fold]")?.addEventListener("click", ({ currentTarget }) => {
  const isFolded = document.body.dataset.rail !== "folded";
  keepOnDevice("rail", isFolded ? "folded" : "open");
  currentTarget.setAttribute("aria-pressed", String(isFolded));
});

document.querySelector("[data-density-switch]")?.addEventListener("change", ({ target }) => {
  keepOnDevice("density", target.checked ? "compact" : "comfortable");
});
