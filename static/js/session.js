// A session that ended under an open page: a dialog signs in again, and what was refused, or would
// be, is sent once more from what stands on the page. Only for the person whose page it is.

const FRESH = 60_000;
const RENEWED = 5_000; // what is refused so soon after is not sent again by itself
const opened = Date.now();
const dialog = document.getElementById("session");
const form = document.getElementById("session-form");
const error = document.getElementById("session-error");
let isOver = false;
let renewed = 0;
let waiting = null;
let checked = null;
let asking = null;

// Null: the server did not answer.
async function ask() {
  try {
    const answer = await fetch(form.dataset.stateUrl, { headers: { Accept: "application/json" } });
    return [200, 401].includes(answer.status) ? await answer.json() : null;
  } catch {
    return null;
  }
}

function take(token) {
  document.querySelector('meta[name="csrf-token"]').content = token;
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => {
    input.value = token;
  });
}

function say(text) {
  error.textContent = text;
}

function open() {
  if (dialog.open) return;
  say("");
  form.elements.password.value = "";
  dialog.showModal();
}

function sendAgain() {
  const { sender, submitter, cause } = waiting ?? {};
  waiting = null;
  if (!sender?.isConnected) return;
  // What a form sends at a change is no submission of it.
  if (cause === "change") window.htmx.trigger(sender, cause);
  else if (!sender.matches("form")) sender.click();
  else sender.requestSubmit(submitter?.isConnected ? submitter : undefined);
}

// The page goes on as it was, unless somebody else is signed in now.
function goOn({ person, token }) {
  if (person !== form.dataset.person) {
    waiting = null;
    if (dialog.open) say(form.dataset.textOther);
    return;
  }
  take(token);
  isOver = false;
  document.getElementById("toasts").querySelector('[data-key="session"]')?.remove();
  if (dialog.open) dialog.close();
  document.body.dispatchEvent(new CustomEvent("session-renewed"));
  sendAgain();
}

function wrong(answer, body) {
  if (answer.status === 429) return form.dataset.textMany;
  const fields = Object.values(body?.form?.fields ?? {}).flatMap((field) => field.errors);
  return [...(body?.form?.errors ?? []), ...fields].join(" ") || form.dataset.textFailed;
}

async function signIn() {
  const before = await ask();
  if (!before) return say(form.dataset.textFailed);
  if (before.person) return goOn(before);
  const body = new FormData(form);
  body.set("csrfmiddlewaretoken", before.token);
  const headers = { "X-Requested-With": "XMLHttpRequest", "Accept-Language": document.documentElement.lang };
  const answer = await fetch(form.action, { method: "POST", body, headers });
  if (!answer.ok) return say(wrong(answer, await answer.json().catch(() => null)));
  const after = await ask();
  if (after?.person) return goOn(after);
  return say(form.dataset.textMore);
}

async function onSignIn(event) {
  event.preventDefault();
  say("");
  try {
    await signIn();
  } catch {
    say(form.dataset.textFailed);
  }
  delete form.dataset.submitting;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  if (error.textContent) form.elements.password.focus();
}

// Of what htmx sends, a gesture opens the dialog; what a clock asked for leaves the toast alone.
// Whoever has signed in in another tab is not asked again.
async function onRefusal({ detail: { xhr, requestConfig } }) {
  if (xhr.status !== 401) return;
  isOver = true;
  if (requestConfig.verb === "get") return;
  const { elt: sender, triggeringEvent: event } = requestConfig;
  // The builder saves by itself when the session is renewed.
  waiting = sender.id === "builder-form" ? null : { sender, submitter: event?.submitter, cause: event?.type };
  const state = Date.now() - renewed > RENEWED ? await ask() : null;
  if (state?.person === form.dataset.person) renewed = Date.now();
  else open();
  if (state?.person) goOn(state);
}

// A form of the page's own would leave it, and its text, behind: one that stood open for a while
// asks first whether the session goes on. (What htmx submits, it has prevented by now.)
async function onSubmit(event) {
  const { target: sender, submitter } = event;
  const isOurs = sender.method === "post" && sender !== form;
  if (!isOurs || event.defaultPrevented) return;
  if (checked === sender || Date.now() - opened < FRESH) {
    checked = null;
    return;
  }
  event.preventDefault();
  if (asking === sender) return; // a second click while the server is slow to say
  asking = sender;
  const state = await ask();
  asking = null;
  delete sender.dataset.submitting;
  submitter?.removeAttribute("aria-busy");
  if (state && state.person !== form.dataset.person) {
    isOver = true;
    if (sender.matches("[data-dirty-guard]")) sender.dataset.dirty = "yes";
    waiting = { sender, submitter };
    open();
    if (state.person) goOn(state);
    return;
  }
  if (state) take(state.token);
  checked = sender;
  sender.requestSubmit(submitter ?? undefined);
}

if (form) {
  form.addEventListener("submit", onSignIn);
  // Closed without signing in: nothing waits any more. (Signing in sends first, and closes then.)
  dialog.addEventListener("close", () => { waiting = null; });
  document.addEventListener("htmx:responseError", onRefusal);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", (event) => {
    if (!event.target.closest('[data-key="session"] a')) return;
    event.preventDefault();
    open();
  });
  // Signed in meanwhile in another tab.
  document.addEventListener("visibilitychange", async () => {
    if (!isOver || document.visibilityState !== "visible") return;
    const state = await ask();
    if (state?.person === form.dataset.person) goOn(state);
  });
}
