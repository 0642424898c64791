// The fake telephone behaves like one: the newest text stays in sight unless somebody reads above it.

const box = document.querySelector("#sim-thread-box");
const NEAR_THE_END = 80;
let wasAtTheEnd = true;

function toTheEnd() {
  if (box && wasAtTheEnd) box.scrollTop = box.scrollHeight;
}

box?.addEventListener("scroll", () => {
  wasAtTheEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_THE_END;
});
document.body.addEventListener("htmx:oobAfterSwap", toTheEnd);
toTheEnd();
