// A session that ended under an open page: once somebody has signed in in another tab,
// the page gets a token that is good again, so that what was typed here can be saved.

let isOver = false;

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) isOver = true;
});

async function renew() {
  const answer = await fetch(window.location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('meta[name="csrf-token"]')?.content;
  if (!token) return;
  document.querySelector('meta[name="csrf-token"]').content = token;
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => {
    input.value = token;
  });
  isOver = false;
  document.getElementById("toasts").querySelector('[data-key="session"]')?.remove();
  document.body.dispatchEvent(new CustomEvent("session-renewed"));
}

document.addEventListener("visibilitychange", () => {
  if (isOver && document.visibilityState === "visible") renew();
});
