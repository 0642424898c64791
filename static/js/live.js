// Live pages: the server nudges, the page fetches its fragments again through their own addresses.
// Without the event stream it asks every 15 s while someone moves, every 60 s else, never hidden.

const root = document.querySelector("[data-live-url]");
const ACTIVE = 15000;
const IDLE = 60000;
const ANNOUNCE_EVERY = 30000;
const STALE_AFTER = 30000;
const RECONNECT_AFTER = 30000;
// States of a stream, spelled out because old browsers have no EventSource to ask.
const OPEN = 1;
const CLOSED = 2;

let source = null;
let lastId = "";
let lastMove = Date.now();
let lastRefresh = Date.now();
let lastAnnouncement = 0;
let unannounced = 0;
let isPaused = false;
let isFinished = false;
let reconnectTimer = 0;

const texts = root?.dataset ?? {};

// The page's language and the organisation's hours, whatever this device is set to.
const clock = new Intl.DateTimeFormat(document.documentElement.lang === "fr" ? "fr-FR" : "en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: texts.timeZone || undefined,
});

function show(mode) {
  root.dataset.liveMode = mode;
  const words = { live: texts.textLive, polling: texts.textPolling, paused: texts.textPaused }[mode];
  const at = clock.format(lastRefresh);
  const isStale = mode !== "live" && Date.now() - lastRefresh > STALE_AFTER;
  const text = isStale && mode === "paused" ? `${words} · ${texts.textStale.replace("{time}", at)}` : `${words} · ${at}`;
  const state = root.querySelector("[data-live-state]");
  if (state.textContent !== text) state.textContent = text;
}

function mode() {
  if (isPaused) return "paused";
  return source?.readyState === OPEN ? "live" : "polling";
}

function refresh() {
  if (isPaused || isFinished || document.hidden) return;
  lastRefresh = Date.now();
  document.querySelectorAll("[data-live-fragment]").forEach((fragment) => {
    window.htmx.trigger(fragment, "live");
  });
  show(mode());
}

function announce() {
  if (!unannounced || Date.now() - lastAnnouncement < ANNOUNCE_EVERY) return;
  const text = unannounced === 1 ? texts.textOne : texts.textMany.replace("{n}", String(unannounced));
  document.body.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
  lastAnnouncement = Date.now();
  unannounced = 0;
}

function count(fragment) {
  const holder = fragment.matches?.("[data-live-count]")
    ? fragment
    : fragment.querySelector?.("[data-live-count]");
  return holder ? Number(holder.dataset.liveCount) : null;
}

function watchCounts() {
  const known = new Map();
  document.querySelectorAll("[data-live-fragment]").forEach((fragment) => {
    known.set(fragment.id, count(fragment));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const fragment = event.detail.elt;
    if (!fragment.matches?.("[data-live-fragment]")) return;
    const now = count(fragment);
    const before = known.get(fragment.id);
    if (now !== null && before !== null && before !== undefined && now > before) {
      unannounced += now - before;
    }
    known.set(fragment.id, now);
    announce();
  });
  // 286: the server says that this screen needs no more news.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr?.status === 286) finish();
  });
}

function finish() {
  isFinished = true;
  source?.close();
}

function onNudge(event) {
  if (event.lastEventId && event.lastEventId === lastId) return;
  lastId = event.lastEventId;
  refresh();
}

async function streamUrl() {
  if (!texts.liveTicketUrl) return texts.liveUrl;
  const answer = await fetch(texts.liveTicketUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).url;
}

async function connect() {
  if (isPaused || isFinished || document.hidden || !("EventSource" in window)) return;
  source?.close();
  try {
    source = new EventSource(await streamUrl());
  } catch {
    source = null;
    retryLater();
    return;
  }
  source.addEventListener("message", onNudge);
  source.addEventListener("nudge", onNudge);
  source.addEventListener("open", () => show(mode()));
  source.addEventListener("error", () => {
    show(mode());
    // The browser reconnects by itself unless the server refused: then a new ticket may help.
    if (source.readyState === CLOSED) retryLater();
  });
}

function retryLater() {
  window.clearTimeout(reconnectTimer);
  reconnectTimer = window.setTimeout(connect, RECONNECT_AFTER);
}

function tick() {
  if (isFinished) return;
  const pace = Date.now() - lastMove < IDLE ? ACTIVE : IDLE;
  if (mode() === "polling" && Date.now() - lastRefresh >= pace) refresh();
  else show(mode());
  announce();
}

function pause(button) {
  isPaused = !isPaused;
  button.dataset.labelPause ||= button.textContent;
  button.textContent = isPaused ? button.dataset.labelResume : button.dataset.labelPause;
  button.setAttribute("aria-pressed", String(isPaused));
  if (isPaused) {
    source?.close();
  } else {
    connect();
    refresh();
  }
  show(mode());
}

function onVisibility() {
  if (document.hidden) {
    source?.close();
    source = null;
  } else {
    refresh();
    connect();
  }
}

function begin() {
  for (const kind of ["pointermove", "keydown", "scroll"]) {
    document.addEventListener(kind, () => { lastMove = Date.now(); }, { passive: true });
  }
  document.addEventListener("visibilitychange", onVisibility);
  const button = root.querySelector("[data-live-pause]");
  button?.addEventListener("click", () => pause(button));
  watchCounts();
  show("polling");
  connect();
  window.setInterval(tick, 1000);
}

if (root) begin();
