// The inbox by keyboard: J and K move through the list, Enter opens. Other letters are buttons'.

const STORE = "cxhub.shortcuts";

function isInert(event) {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  const isTyping =
    event.target.isContentEditable || event.target.closest("input, textarea, select, dialog[open]");
  const isOff = window.localStorage.getItem(STORE) === "off";
  return hasModifier || isTyping || isOff || String(window.getSelection()) !== "";
}

document.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key];
  if (!step || event.defaultPrevented || isInert(event)) return;
  const links = [...document.querySelectorAll("[data-case-link]")];
  if (!links.length) return;
  event.preventDefault();
  const here = links.indexOf(document.activeElement);
  const open = links.findIndex((link) => link.hasAttribute("aria-current"));
  const from = here === -1 ? open : here;
  const next = from === -1 && step === -1 ? links.length - 1 : from + step;
  links[Math.max(0, Math.min(links.length - 1, next))].focus();
});
