// Ctrl K: one field that leads anywhere. Arrows move through what was found, Enter opens the first:
// of what stands there for these very words, or else of what comes for them.

let isAwaited = false;

const isFinder = (event) =>
  (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";

function open() {
  const opener = document.querySelector('[data-dialog-open="finder"]');
  if (!opener || document.querySelector("dialog[open]")) return false;
  opener.click();
  document.querySelector("#finder [data-finder]")?.select();
  return true;
}

function move(event, field) {
  const links = [...document.querySelectorAll(`#${field.id}-found a`)];
  const places = [field, ...links];
  const here = places.indexOf(document.activeElement);
  const there = places[here + (event.key === "ArrowDown" ? 1 : -1)];
  if (!there) return;
  event.preventDefault();
  there.focus();
}

function openFirst(field) {
  const list = document.querySelector(`#${field.id}-found [data-words]`);
  isAwaited = list?.dataset.words !== field.value.trim();
  if (!isAwaited) list.querySelector("a")?.click();
}

document.addEventListener("keydown", (event) => {
  if (isFinder(event)) {
    if (open()) event.preventDefault();
    return;
  }
  const around = event.target.closest?.(".dialog-body, .finder-page");
  const field = around?.querySelector("[data-finder]");
  if (!field) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event, field);
  if (event.key !== "Enter" || event.target !== field) return;
  openFirst(field);
  if (!isAwaited) event.preventDefault();
});

document.addEventListener("input", () => { isAwaited = false; });

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!isAwaited) return;
  const fields = [...document.querySelectorAll("[data-finder]")];
  const field = fields.find(({ id }) => detail.target.id === `${id}-found`);
  if (field) openFirst(field);
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.('[data-dialog-open="finder"]')) document.body.dispatchEvent(new CustomEvent("finder"));
});
