// Forms: one submission at a time, filters that apply themselves, passwords to look at, text to copy.

const RELEASE_AFTER = 8000;

function release(form) {
  delete form.dataset.submitting;
  form.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

// Asking twice is harmless, and a filter may change again while the first answer is on its way.
function writes(form) {
  return form.method === "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-no-busy") || !writes(form)) return;
  if (form.dataset.submitting) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.submitting = "yes";
  delete form.dataset.dirty;
  event.submitter?.setAttribute("aria-busy", "true");
  // A download leaves the page where it is: nobody else would free the button.
  window.setTimeout(() => release(form), RELEASE_AFTER);
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

// A page restored by the Back button keeps the state it was left in.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-submitting]").forEach(release);
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.closest?.("[data-autosubmit]")) field.form?.requestSubmit();
  markDirty(field);
});

function markDirty(field) {
  const form = field.closest?.("form[data-dirty-guard]");
  if (form) form.dataset.dirty = "yes";
}

document.addEventListener("input", (event) => {
  markDirty(event.target);
  if (event.target.matches?.("textarea[maxlength]")) showRoom(event.target);
});

// How much may still be written, from four fifths of the limit on.
const TELLS_FROM = 0.8;

function roomOf(area) {
  const around = area.closest(".builder-input") ?? area;
  if (around.nextElementSibling?.matches(".counter")) return around.nextElementSibling;
  const counter = document.createElement("p");
  counter.className = "hint counter";
  around.after(counter);
  return counter;
}

function showRoom(area) {
  const left = area.maxLength - area.value.length;
  const isNear = area.value.length >= TELLS_FROM * area.maxLength;
  const counter = isNear ? roomOf(area) : area.closest(".field, form").querySelector(".counter");
  if (!counter) return;
  const { textLeft, textLeftOne } = document.body.dataset;
  const text = left === 1 ? textLeftOne : textLeft.replace("{n}", String(left));
  const isNews = counter.textContent === "" || left === 0;
  counter.textContent = isNear ? text : "";
  if (isNear && isNews) document.body.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".btn-primary, button:not([type=button])"));
});

function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  const isShown = input.type === "text";
  button.dataset.labelShow ||= button.textContent;
  input.type = isShown ? "password" : "text";
  button.textContent = isShown ? button.dataset.labelShow : button.dataset.labelHide;
  button.setAttribute("aria-pressed", String(!isShown));
}

async function copy(button) {
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = button.dataset.copy ?? source?.value ?? source?.textContent ?? "";
  await navigator.clipboard.writeText(text.trim());
  const detail = { text: document.body.dataset.textCopied };
  document.body.dispatchEvent(new CustomEvent("toast", { detail }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-reveal], [data-copy], [data-copy-from]");
  if (!button) return;
  if (button.dataset.reveal) reveal(button);
  else copy(button);
});

document.querySelectorAll("[data-own-timezone]").forEach((field) => {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
});

const summary = document.querySelector(".error-summary");
if (summary) summary.focus();
