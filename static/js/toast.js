// Short confirmations at the bottom of the window: at most two, never for errors.

const container = document.getElementById("toasts");
const SHORT = 6000;
const LONG = 10000;
const MOST = 2;

function dismiss(toast) {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) document.getElementById("main")?.focus();
}

function closeButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-close";
  button.setAttribute("aria-label", container.dataset.labelClose);
  return button;
}

function start(toast) {
  const life = toast.querySelector("a, button") ? LONG : SHORT;
  let timer = 0;
  const wait = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => dismiss(toast), life);
  };
  const hold = () => window.clearTimeout(timer);
  const button = closeButton();
  button.addEventListener("click", () => dismiss(toast));
  toast.append(button);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusout", wait);
  wait();
  const words = toast.querySelector("p").textContent.trim();
  document.body.dispatchEvent(new CustomEvent("announce", { detail: { text: words } }));
  const shown = container.querySelectorAll(".toast");
  if (shown.length > MOST) shown[0].remove();
}

document.body.addEventListener("toast", (event) => {
  const toast = document.createElement("div");
  toast.className = `toast toast-${event.detail.tone || "ok"}`;
  const text = document.createElement("p");
  text.textContent = event.detail.text;
  toast.append(text);
  container.append(toast);
  start(toast);
});

container.querySelectorAll(".toast").forEach(start);
