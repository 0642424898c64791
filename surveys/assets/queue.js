// A sheet that cannot be sent waits on this device, and goes when the network is back.
function sheetQueue({ isKept, tell, settle }) {
  const LONGEST = 60000;
  const PATIENCE = 20000;
  let sheet = "";
  let busy = false;
  let pause = 1000;
  let timer = 0;

  // One sheet per address. A browser that keeps nothing (a private window) or whose storage does
  // not answer sends from memory.
  const store = (mode, act) => new Promise((done) => {
    setTimeout(done, 1000);
    const opening = indexedDB.open("answers");
    opening.onupgradeneeded = () => opening.result.createObjectStore("sheets");
    opening.onerror = () => done();
    opening.onsuccess = () => {
      const rows = opening.result.transaction("sheets", mode).objectStore("sheets");
      const request = act(rows, location.pathname);
      request.onsuccess = request.onerror = () => { opening.result.close(); done(request.error ? "" : request.result); };
    };
  }).catch(() => "");

  async function go() {
    clearTimeout(timer);
    if (busy || !sheet) return;
    busy = true;
    const body = sheet;
    let answer;
    try {
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      // A network that takes everything and gives nothing back is none.
      const signal = AbortSignal.timeout?.(PATIENCE);
      answer = await fetch(location.href, { method: "POST", body, headers, signal, keepalive: body.length < 60000 });
    } catch { /* no network: below */ }
    busy = false;
    if (!answer || answer.status >= 500 || answer.status === 429) {
      tell(answer ? "unsaved" : "offline");
      if (isKept) store("readwrite", (rows, key) => rows.put(sheet, key));
      timer = setTimeout(go, pause);
      pause = Math.min(pause * 2, LONGEST);
      return;
    }
    if (body !== sheet) { go(); return; }
    sheet = "";
    pause = 1000;
    tell("");
    if (isKept) await store("readwrite", (rows, key) => rows.delete(key));
    if (!new URLSearchParams(body).has("partial")) settle(answer);
  }

  addEventListener("online", go);
  return {
    push(body) { sheet = body; return go(); },
    go,
    kept: () => (isKept ? store("readonly", (rows, key) => rows.get(key)) : Promise.resolve("")),
  };
}
