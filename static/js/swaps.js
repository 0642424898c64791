// The contract of every fragment that htmx swaps: busy while it waits, focus that is never lost,
// and old content kept, greyed, when the server does not answer.

// Later than htmx's own settling, which lasts 20 ms.
const SETTLED = 50;
let places = [];

// Where focus may go when the element that has it disappears: itself if it comes back, the next
// row, the previous one, the list, and at last the page's heading.
function placesAround(element) {
  const row = element.closest("[data-row], tr, .list > *");
  const list = row?.closest("section, .table-wrap, .list");
  return [element, row?.nextElementSibling, row?.previousElementSibling, list]
    .map((place) => place?.id)
    .concat("page-title", "main")
    .filter(Boolean);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target?.setAttribute("aria-busy", "true");
  const active = document.activeElement;
  // Refreshes by the clock and on load are nobody's gesture: they move no focus.
  places = active && active !== document.body ? placesAround(active) : [];
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
  window.setTimeout(rescueFocus, SETTLED);
});

function rescueFocus() {
  if (document.activeElement && document.activeElement !== document.body) return;
  const place = places.map((id) => document.getElementById(id)).find(Boolean);
  if (place) focusOn(place);
}

function focusOn(element) {
  const first = element.matches("a, button, input, select, textarea, [tabindex]")
    ? element
    : element.querySelector("a, button, input:not([type=hidden]), select, textarea") || element;
  if (first === element && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  first.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  const fresh = event.detail.elt;
  fresh.removeAttribute("aria-busy");
  const wanted = fresh.matches?.("[data-focus]") ? fresh : fresh.querySelector?.("[data-focus]");
  if (wanted) focusOn(wanted);
});

function keepOld(target, retry) {
  target.removeAttribute("aria-busy");
  target.setAttribute("data-stale", "");
  if (target.querySelector(":scope > .stale-note")) return;
  const note = document.createElement("p");
  note.className = "stale-note";
  note.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = document.body.dataset.textFailed;
  button.addEventListener("click", () => {
    note.remove();
    target.removeAttribute("data-stale");
    retry();
  });
  note.append(button);
  target.prepend(note);
}

function onFailure(event) {
  const { target, requestConfig, xhr } = event.detail;
  // The session is over: the toast that came with it says so, and trying again is in vain.
  if (xhr?.status === 401) return;
  if (!target || !requestConfig || target === document.body) return;
  const { verb, path, elt, parameters } = requestConfig;
  const retry = () => window.htmx.ajax(verb, path, { source: elt, target, values: parameters });
  keepOld(target, retry);
}

document.addEventListener("htmx:responseError", onFailure);
document.addEventListener("htmx:sendError", onFailure);
document.addEventListener("htmx:timeout", onFailure);

// A gesture on a row that loads the page again, back at that row: focus returns to its button,
// or to a neighbour of it when the row, now first or last, has no such button any more.
const GESTURE = "gesture";

document.addEventListener("submit", ({ submitter }) => {
  const row = submitter?.name && submitter.closest("li[id]");
  if (!row) return;
  const { name, value } = submitter;
  sessionStorage.setItem(GESTURE, JSON.stringify({ row: row.id, name, value }));
});

function returnToGesture() {
  const kept = JSON.parse(sessionStorage.getItem(GESTURE) || "null");
  sessionStorage.removeItem(GESTURE);
  if (!kept || location.hash !== `#${kept.row}`) return;
  const buttons = [...(document.getElementById(kept.row)?.querySelectorAll("button[name]") ?? [])];
  const sameName = buttons.filter((button) => button.name === kept.name);
  (sameName.find((button) => button.value === kept.value) ?? sameName[0])?.focus();
}

// Later than the browser's own jump to the fragment, which takes focus away.
window.addEventListener("load", returnToGesture);
