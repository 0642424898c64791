// Single letters for people who type: inert in fields, and off for whoever wishes so.

const STORE = "cxhub.shortcuts";
const SEQUENCE = 1200;
let goingSince = 0;

const isOn = () => window.localStorage.getItem(STORE) !== "off";

function isTyping(target) {
  return target.isContentEditable || target.closest("input, textarea, select, dialog[open]") !== null;
}

function isInert(event) {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  return hasModifier || isTyping(event.target) || String(window.getSelection()) !== "" || !isOn();
}

function press(selector, event) {
  const element = document.querySelector(selector);
  if (!element) return;
  event.preventDefault();
  if (element.matches("summary")) openMenu(element.parentElement);
  else element.click();
}

// Into the menu at once, which closes when focus is elsewhere; of a form, to its first field.
function openMenu(menu) {
  menu.open = true;
  menu.querySelector("a[href], button:not([disabled]), input:not([type=hidden]), textarea")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isInert(event)) return;
  const key = event.key.toLowerCase();
  if (key === "?") {
    press('[data-dialog-open="shortcuts"]', event);
    return;
  }
  if (!/^[a-z]$/.test(key)) return;
  const isGoing = Date.now() - goingSince < SEQUENCE;
  goingSince = key === "g" && !isGoing ? Date.now() : 0;
  if (isGoing) press(`[data-shortcut-go="${key}"]`, event);
  else if (key !== "g") press(`[data-shortcut="${key}"]`, event);
});

const boxes = [...document.querySelectorAll("[data-shortcuts-switch]")];

function showSwitch() {
  boxes.forEach((box) => { box.checked = isOn(); });
}

boxes.forEach((box) => box.addEventListener("change", () => {
  window.localStorage.setItem(STORE, box.checked ? "on" : "off");
  showSwitch();
}));
showSwitch();
