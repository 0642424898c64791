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
