// The reader of the API's description has a dark look of its own, which hangs on a class: it
// follows the system where the account does not say otherwise.
(() => {
  const page = document.documentElement;
  if (page.dataset.theme !== "system") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => page.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();
})();
