// The builder: tells whether the text is saved, refreshes the phone beside it, and listens to keys.
// Without it the page is forms and links.

const RETRY = 4000;
const builder = document.getElementById("builder");
const frame = document.getElementById("builder-frame");
let version = 0;

const status = () => document.getElementById("builder-status");
const form = () => document.getElementById("builder-form");

function say(text, state) {
  status().textContent = text;
  status().dataset.state = state;
}

function announce(text) {
  document.body.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

function isSave(event) {
  return event.detail.requestConfig?.elt?.id === "builder-form";
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isSave(event)) say(builder.dataset.textSaving, "saving");
});

// Both texts are to be seen: a conflict is an answer, not a failure.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) say(builder.dataset.textUnsaved, "failed");
  if (event.detail.xhr.status !== 409) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

function unsavedText(status) {
  return status === 401 ? builder.dataset.textEnded : builder.dataset.textUnsaved;
}

function retryLater(event) {
  if (!isSave(event)) return;
  say(builder.dataset.textFailed, "failed");
  window.setTimeout(() => form() && window.htmx.trigger(form(), "submit"), RETRY);
}

document.addEventListener("htmx:sendError", retryLater);
document.addEventListener("htmx:timeout", retryLater);
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) retryLater(event);
  else if (isSave(event)) say(unsavedText(event.detail.xhr.status), "failed");
});

document.body.addEventListener("session-renewed", () => {
  if (form()) window.htmx.trigger(form(), "submit");
});

// The phone

function previewAddress() {
  const chosen = document.querySelector("[data-preview-language][aria-current]");
  if (!chosen) return "";
  version += 1;
  return `${chosen.href}&v=${version}`;
}

function refreshPreview() {
  const address = previewAddress();
  if (address) frame.contentWindow.location.replace(address);
}

// Only the phone scrolls: going to a fragment, or scrollIntoView, would move the page around it.
function showPart() {
  const part = document.getElementById("builder-inspector").dataset.part;
  const question = frame.contentDocument?.getElementById(part);
  if (!question) return;
  const inside = frame.contentWindow;
  inside.scrollTo({ top: question.getBoundingClientRect().top + inside.scrollY - 24 });
}

frame.addEventListener("load", showPart);

document.body.addEventListener("draft-saved", refreshPreview);

// A quiet save leaves the form, and with it the focus, in place: what it was told before is over.
document.body.addEventListener("draft-saved", () => {
  form()?.querySelectorAll(".error").forEach((error) => {
    const field = error.closest(".field");
    const input = field?.querySelector(`[aria-describedby~="${error.id}"]`);
    const others = (input?.getAttribute("aria-describedby") || "").split(" ").filter((id) => id !== error.id);
    if (others.length) input?.setAttribute("aria-describedby", others.join(" "));
    else input?.removeAttribute("aria-describedby");
    input?.removeAttribute("aria-invalid");
    field?.classList.remove("has-error");
    error.remove();
  });
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "builder-inspector") return;
  const part = event.detail.elt.dataset.part;
  document.querySelectorAll(".outline-link").forEach((link) => {
    if (link.id === `open-${part}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  showPart();
});

document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("[data-preview-language]");
  if (!chosen) return;
  document.querySelectorAll("[data-preview-language]").forEach((link) => link.removeAttribute("aria-current"));
  chosen.setAttribute("aria-current", "true");
});

// Keys

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function moveFocused(event) {
  const row = event.target.closest?.(".outline-row[data-key]");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  document.getElementById(`${event.key === "ArrowUp" ? "up" : "down"}-${row.dataset.key}`)?.click();
}

function history(event) {
  if (!(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  if (key === "s") {
    event.preventDefault();
    announce(builder.dataset.textSaved);
  } else if (key === "z" && !isTyping(event.target)) {
    event.preventDefault();
    document.getElementById(event.shiftKey ? "builder-redo" : "builder-undo").click();
  }
}

document.addEventListener("keydown", (event) => {
  moveFocused(event);
  history(event);
  if (event.key === "Delete" && event.target.closest?.(".outline-link[aria-current]")) {
    event.preventDefault();
    document.getElementById("builder-remove")?.click();
  }
});

// A tab that goes away saves what is still waiting.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden" || !form()) return;
  const active = document.activeElement;
  if (active && form().contains(active)) window.htmx.trigger(form(), "submit");
});
