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

// A toast with a key says what lasts: it stays until it is closed.
function start(toast) {
  const life = toast.querySelector("a, button") ? LONG : SHORT;
  let timer = 0;
  const wait = () => {
    window.clearTimeout(timer);
    if (toast.dataset.key) return;
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

function link(address, label) {
  const element = document.createElement("a");
  element.href = address;
  element.target = "_blank";
  element.textContent = label;
  return element;
}

function isShown(key) {
  return [...container.children].some((toast) => toast.dataset.key === key);
}

document.body.addEventListener("toast", (event) => {
  const { key, href, label } = event.detail;
  if (key && isShown(key)) return;
  const toast = document.createElement("div");
  if (key) toast.dataset.key = key;
  toast.className = `toast toast-${event.detail.tone || "ok"}`;
  const text = document.createElement("p");
  text.textContent = event.detail.text;
  toast.append(text);
  if (href) toast.append(link(href, label));
  container.append(toast);
  start(toast);
});

container.querySelectorAll(".toast").forEach(start);
