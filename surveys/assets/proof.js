// Very many answers come to this door: each proves a little work, done while the person reads.
(() => {
  const SLICE = 12; // milliseconds of work between two looks at what the person does
  const TRIES = 3;
  const send = window.fetch.bind(window);
  const proofs = new Map(); // by sheet
  const primes = [];
  for (let number = 2; primes.length < 64; number += 1) if (primes.every((prime) => number % prime)) primes.push(number);
  const begins = (number) => ((number % 1) * 2 ** 32) | 0;
  const ROUNDS = Int32Array.from(primes, (prime) => begins(Math.cbrt(prime)));
  const START = Int32Array.from(primes.slice(0, 8), (prime) => begins(Math.sqrt(prime)));

  // One block of SHA-256 (16 words, and room for 48) after what came before: the first word of the
  // digest, and all of it in `after`.
  function digest(words, before, after) {
    for (let at = 16; at < 64; at += 1) {
      const x = words[at - 15];
      const y = words[at - 2];
      words[at] = (words[at - 16] + words[at - 7]
        + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3))
        + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
    }
    let a = before[0], b = before[1], c = before[2], d = before[3];
    let e = before[4], f = before[5], g = before[6], h = before[7];
    for (let at = 0; at < 64; at += 1) {
      const one = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))
        + ((e & f) ^ (~e & g)) + ROUNDS[at] + words[at]) | 0;
      const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))
        + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    if (after) {
      after.set([a, b, c, d, e, f, g, h]);
      for (let at = 0; at < 8; at += 1) after[at] += before[at];
    }
    return a + before[0];
  }

  function write(words, text, length) {
    words.fill(0, 0, 16);
    for (let at = 0; at < text.length; at += 1) words[at >> 2] |= text.charCodeAt(at) << (24 - 8 * (at % 4));
    if (!length) return;
    words[text.length >> 2] |= 128 << (24 - 8 * (text.length % 4));
    words[15] = 8 * length;
  }

  async function solve(challenge, bits) {
    const words = new Int32Array(64);
    const middle = new Int32Array(8);
    write(words, challenge.padEnd(64, "."));
    digest(words, START, middle);
    let rested = performance.now();
    for (let number = 0; ; number += 1) {
      const text = String(number);
      write(words, text, 64 + text.length);
      if (digest(words, middle) >>> (32 - bits) === 0) return `${challenge}:${number}`;
      if (number % 256 === 0 && performance.now() - rested > SLICE) {
        await new Promise((go) => { setTimeout(go); });
        rested = performance.now();
      }
    }
  }

  // What is sent in takes its proof along; a challenge that has expired is answered anew.
  window.fetch = async (address, options) => {
    const body = new URLSearchParams(options.body);
    if (body.has("partial")) return send(address, options);
    const sheet = body.get("submission_id");
    for (let tries = 1; ; tries += 1) {
      body.set("proof", (await proofs.get(sheet)) || "");
      const answer = await send(address, { ...options, body: String(body) });
      const challenge = answer.headers.get("Proof-Challenge");
      if (!challenge || tries === TRIES) return answer;
      proofs.set(sheet, solve(challenge, document.querySelector("[data-bits]").dataset.bits));
    }
  };

  document.addEventListener("DOMContentLoaded", async () => {
    const form = document.getElementById("f");
    const { proof, submission_id: field } = form.elements;
    const sheet = field.value;
    const { again } = form.dataset;
    // A sheet that came from a page without this script goes once more, by itself.
    if (again) document.getElementById("summary").textContent = again;
    proofs.set(sheet, solve(field.dataset.challenge, proof.dataset.bits));
    const solved = await proofs.get(sheet);
    if (field.value === sheet) proof.value = solved;
    if (again) form.submit();
  });
})();
