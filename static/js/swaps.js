// The contract of every fragment that htmx swaps: busy while it waits, focus that is never lost,
// and old content kept, greyed, when the server does not answer.

let focused = { id: "", candidates: [] };

function describeFocus(element) {
  const row = element.closest("[data-row], tr, .list > *");
  const list = row?.closest("section, .table-wrap, .list");
  focused = {
    id: element.id,
    candidates: row
      ? [row.nextElementSibling?.id, row.previousElementSibling?.id, list?.id].filter(Boolean)
      : [],
  };
}

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target?.setAttribute("aria-busy", "true");
  // A refresh by the clock is not the person's gesture: focus stays where it is.
  if (!event.detail.elt.hasAttribute("data-live-fragment")) describeFocus(event.detail.elt);
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
});

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
  if (wanted) {
    focusOn(wanted);
    return;
  }
  if (document.activeElement && document.activeElement !== document.body) return;
  if (event.detail.requestConfig?.elt?.hasAttribute("data-live-fragment")) return;
  const next = [focused.id, ...focused.candidates]
    .filter(Boolean)
    .map((id) => document.getElementById(id))
    .find(Boolean);
  focusOn(next || document.getElementById("page-title") || document.getElementById("main"));
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
  const { target, requestConfig } = event.detail;
  if (!target || !requestConfig || target === document.body) return;
  const { verb, path, elt, parameters } = requestConfig;
  const retry = () => window.htmx.ajax(verb, path, { source: elt, target, values: parameters });
  keepOld(target, retry);
}

document.addEventListener("htmx:responseError", onFailure);
document.addEventListener("htmx:sendError", onFailure);
document.addEventListener("htmx:timeout", onFailure);
