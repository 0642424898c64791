// Ctrl K: one field that leads anywhere. Arrows move through what was found, Enter opens the first.

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
  const first = document.querySelector(`#${field.id}-found a`);
  if (!first) return;
  event.preventDefault();
  first.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.('[data-dialog-open="finder"]')) document.body.dispatchEvent(new CustomEvent("finder"));
});
