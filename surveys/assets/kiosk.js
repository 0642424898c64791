// A kiosk goes back to its first question when nobody is there any more, and leaves nothing behind.
document.addEventListener("DOMContentLoaded", () => {
  const IDLE = 20000;
  const WARNED = 10;
  const form = document.getElementById("f");
  const idle = document.getElementById("idle");
  const seconds = idle.querySelector("b");
  let waiting = 0;
  let counting = 0;

  function begin() {
    const body = new URLSearchParams(new FormData(form));
    const answered = [...body].some(([name, value]) => name.startsWith("answers.") && value.trim());
    body.set("partial", "1");
    if (answered) fetch(location.href, { method: "POST", body, keepalive: true }).catch(() => {});
    form.reset();
    location.replace(location.href.split("#")[0]);
  }

  function warn() {
    let left = WARNED;
    seconds.textContent = left;
    idle.showModal();
    counting = setInterval(() => {
      left -= 1;
      seconds.textContent = left;
      if (left <= 0) { clearInterval(counting); begin(); }
    }, 1000);
  }

  function stay() {
    clearInterval(counting);
    clearTimeout(waiting);
    if (idle.open) idle.close();
    waiting = setTimeout(warn, IDLE);
  }

  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, stay, { passive: true });
  addEventListener("submit", () => { clearTimeout(waiting); clearInterval(counting); });
  // What the browser kept of a page belongs to somebody else.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if (document.getElementById("summary") || form.querySelector("input:checked")) stay();
});
