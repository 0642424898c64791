// What every page needs: the CSRF header of htmx, the polite region, the offline bar, and the
// open tab in view.

const live = document.getElementById("live");
const texts = document.body.dataset;

document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (event.detail.verb !== "get" && token) {
    event.detail.headers["X-CSRFToken"] = token.content;
  }
});

// Emptied first, so that the same words said twice are announced twice.
function announce(text) {
  live.textContent = "";
  window.setTimeout(() => {
    live.textContent = text;
  }, 100);
}

document.body.addEventListener("announce", (event) => announce(event.detail.text));

// What the page before this one had to say, and what this one brings: an error that lasts.
const SAID = "cxhub-said";
const said = [window.sessionStorage.getItem(SAID), document.querySelector("[data-said]")?.textContent.trim()];
window.sessionStorage.removeItem(SAID);
const first = said.find(Boolean);
if (first) announce(first);

// Escape, with nothing open and nothing typed, takes the filters of the page away.
function isBusy(target) {
  const isOpen = document.querySelector("dialog[open], details[data-menu][open]") !== null;
  const isTyping = target.closest?.("textarea, select, input:not([type=checkbox], [type=radio])");
  return isOpen || (isTyping && !(isTyping.type === "search" && isTyping.value === ""));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || isBusy(event.target)) return;
  const link = document.querySelector("[data-clear-filters]");
  if (!link) return;
  if (link.hasAttribute("hx-get")) announce(texts.textCleared);
  else window.sessionStorage.setItem(SAID, texts.textCleared);
  link.click();
});

const offline = document.getElementById("offline");

function showConnection() {
  if (!offline) return;
  offline.hidden = navigator.onLine;
  offline.textContent = navigator.onLine ? "" : texts.textOffline;
}

window.addEventListener("online", showConnection);
window.addEventListener("offline", showConnection);
showConnection();

// On a phone there are more tabs than there is room: the one that is open is shown.
function showOpenTab() {
  for (const tabs of document.querySelectorAll(".tabs")) {
    const open = tabs.querySelector("[aria-current]")?.getBoundingClientRect();
    const frame = tabs.getBoundingClientRect();
    if (open && (open.left < frame.left || open.right > frame.right)) {
      tabs.scrollLeft += open.left - frame.left - (frame.width - open.width) / 2;
    }
  }
}

document.body.addEventListener("htmx:afterSettle", showOpenTab);
showOpenTab();
