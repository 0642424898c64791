// One question per screen on a page that is whole without this script.
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  const [form, next, send, back, offline, progress, summary, chosen] = [
    "f", "next", "send", "back", "offline", "progress", "summary", "chosen",
  ].map((id) => document.getElementById(id));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const title = document.title;
  const opened = performance.now();
  const shared = form.autocomplete === "off"; // a device of many: it keeps nothing
  const steps = [];
  let at = 0;
  let pointed = -1000;
  let seen = false;
  let saved = "";
  let sent = false;
  let leaving = 0;
  let telling = 0;

  for (const part of form.querySelectorAll(".q")) (steps[part.dataset.step] ||= []).push(part);
  const last = () => at === steps.length - 1;
  const answered = (part) =>
    part.dataset.kind === "comment" ? part.querySelector("textarea").value.trim() : part.querySelector("input:checked");

  function show(index, focus) {
    at = Math.max(0, Math.min(index, steps.length - 1));
    steps.forEach((parts, number) => parts.forEach((part) => { part.hidden = number !== at; }));
    next.hidden = last();
    send.hidden = !last();
    back.hidden = at === 0;
    if (progress) {
      progress.hidden = false;
      const text = form.dataset.progress.replace("{n}", at + 1).replace("{total}", steps.length);
      progress.firstElementChild.textContent = text;
      steps[at][0].querySelector("h1,h2").setAttribute("aria-describedby", "step");
      const bar = progress.querySelector("div");
      if (bar) {
        bar.setAttribute("aria-valuenow", at + 1);
        bar.setAttribute("aria-valuetext", text);
        bar.firstElementChild.style.transform = `scaleX(${(at + 1) / steps.length})`;
      }
    }
    if (focus) {
      scrollTo(0, 0);
      steps[at][0].querySelector("h1,h2").focus({ preventScroll: true });
    }
  }

  function mark(part, message) {
    const place = part.querySelector(".error");
    place.textContent = message;
    part.classList.toggle("bad", Boolean(message));
  }

  function check() {
    let first;
    for (const part of steps[at]) {
      const message = part.dataset.missing && !answered(part) ? part.dataset.missing : "";
      mark(part, message);
      if (message) first ||= part;
    }
    document.title = first ? `${form.dataset.error} – ${first.dataset.missing} – ${title}` : title;
    if (first) {
      const place = first.querySelector(".error");
      place.tabIndex = -1;
      place.focus();
    }
    return !first;
  }

  const queue = sheetQueue({
    isKept: !shared,
    tell: (why) => { offline.textContent = why && form.dataset[why]; },
    settle: (answer) => thank(answer).catch(() => form.submit()),
  });

  // The page that the server gave takes the place of this one; what it refused, it shows itself.
  async function thank(answer) {
    if (!answer.ok || shared) { form.submit(); return; }
    const html = (await answer.text()).replace(/<style.*?<\/style>/s, "");
    const page = new DOMParser().parseFromString(html, "text/html");
    document.title = page.title;
    document.body.replaceWith(page.body);
    scrollTo(0, 0);
    document.querySelector("h1").focus();
  }

  function save() {
    if (sent || "whole" in form.dataset) return; // a change is sent as a whole or not at all
    const body = new URLSearchParams(new FormData(form));
    const now = String(body);
    if (now === saved) return;
    saved = now;
    body.set("partial", "1");
    queue.push(String(body));
  }

  function forward() {
    clearTimeout(leaving);
    if (!check()) return;
    save();
    history.pushState({ at: at + 1 }, "");
    show(at + 1, true);
  }

  // A score below 560 pixels is never taken for a decision, nor is anything a key chose.
  function mayAdvance(input) {
    const part = input.closest(".q");
    const narrow = part.dataset.kind === "nps" && part.clientWidth < 560;
    const pointer = performance.now() - pointed < 700;
    return pointer && !still && !narrow && !last() && steps[at].length === 1 && input.type === "radio";
  }

  form.elements.js.value = "1";
  // The note that a link had chosen: kept once a person is there, still provisional.
  function keep() {
    if (document.visibilityState === "visible" && form.querySelector("input[data-chosen]:checked")) save();
  }
  // A screen reader's or a voice's click comes without a pointer; a script's is not trusted.
  for (const kind of ["pointerdown", "keydown", "touchstart", "wheel", "click"]) {
    addEventListener(kind, (event) => {
      if (!event.isTrusted) return;
      // The space bar counts as a pointer where there has been one: no screen reader is at work.
      if (kind === "keydown") pointed = seen && event.key === " " ? performance.now() : -1000;
      else if (kind !== "wheel" && kind !== "click") { seen = true; pointed = performance.now(); }
      form.elements.human.value = "1";
      setTimeout(keep, Math.max(0, opened + 1000 - performance.now()));
    }, { passive: true });
  }
  form.addEventListener("change", (event) => {
    const part = event.target.closest(".q");
    if (chosen && part && part.querySelector("[data-chosen]")) chosen.querySelector("b").textContent = event.target.value;
    if (part && part.classList.contains("bad")) { mark(part, ""); document.title = title; }
    if (event.target.type === "radio" && mayAdvance(event.target)) {
      clearTimeout(leaving);
      leaving = setTimeout(forward, 350);
    }
  });
  // The last fifth of the room, in the characters that the server counts: an emoji is one of them,
  // and two of the browser's.
  form.addEventListener("input", ({ target: area }) => {
    if (area.type !== "textarea") return;
    const most = (area.most ||= area.maxLength);
    const written = [...area.value].length;
    area.maxLength = most + area.value.length - written;
    clearTimeout(telling);
    telling = setTimeout(() => {
      area.nextElementSibling.textContent = written < most * 0.8 ? "" : form.dataset.left.replace("{n}", most - written);
    }, 300);
  });
  next.addEventListener("click", forward);
  back.addEventListener("click", () => history.back());
  addEventListener("popstate", (event) => { clearTimeout(leaving); show(event.state ? event.state.at || 0 : 0, true); });
  form.addEventListener("submit", (event) => {
    const other = event.submitter && event.submitter !== send;
    if (other) { sent = true; return; }
    if (!last()) { event.preventDefault(); forward(); return; }
    if (sent) { event.preventDefault(); queue.go(); return; }
    if (!check()) { event.preventDefault(); return; }
    sent = true;
    send.setAttribute("aria-busy", "true");
    if (shared && navigator.onLine) return;
    event.preventDefault();
    queue.push(String(new URLSearchParams(new FormData(form))));
  });
  // A kiosk begins again whatever waits: nobody is there to be asked.
  addEventListener("beforeunload", (event) => { if (offline.textContent && !shared) event.preventDefault(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { sent = false; send.removeAttribute("aria-busy"); } });

  function begin() {
    const wrong = steps.findIndex((parts) => parts.some((part) => part.classList.contains("bad")));
    const open = steps.findIndex((parts) => parts.some((part) => !answered(part)));
    const first = wrong >= 0 ? wrong : document.getElementById("resumed") || form.dataset.kept ? Math.max(open, 0) : 0;
    for (let step = at + 1; step <= first; step += 1) history.pushState({ at: step }, "");
    show(first, false);
  }

  // What could not be sent the last time goes now, and stands in the page as it was.
  queue.kept().then((kept) => {
    if (!kept || saved || sent) return;
    const old = new URLSearchParams(kept);
    sent = !old.has("partial");
    const gesture = form.querySelector("input[name=gesture]");
    const isSame = old.get("version") === form.elements.version.value && (old.get("gesture") || "") === (gesture ? gesture.value : "");
    // A finished sheet fills this page in any case: what the server refuses is shown with its answers.
    if (sent || isSame) {
      for (const field of form.elements) {
        const values = old.getAll(field.name);
        if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
        else if (values.length) field.value = values[0];
      }
      form.dataset.kept = 1;
      begin();
    }
    queue.push(kept);
  });

  begin();
  document.documentElement.classList.remove("js");
  if (summary) summary.focus();
});
