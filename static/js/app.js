// What every page needs: the CSRF header of htmx, the polite region and the offline bar.

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
