// A page that comes back in another language or theme still holds what was typed in it.
// Kept in this tab only, for one page load, and never a password or a file.

const STORE = "cxhub-kept";
const NEVER = ["hidden", "password", "file", "submit", "button", "reset", "image"];

function fields() {
  const forms = [...document.querySelectorAll("main form")].filter((form) => !form.matches("[data-keeps-fields]"));
  return forms.flatMap((form, number) => {
    const kept = [...form.elements].filter((field) => field.name && !NEVER.includes(field.type));
    return kept.map((field, place) => [`${number}.${place}.${field.name}`, field]);
  });
}

function isChoice(field) {
  return field.type === "checkbox" || field.type === "radio";
}

// Where the page marks no option of a list that holds one, the browser selects the first.
function isChosenAnew(list) {
  const options = [...list.options];
  const isPlain = !list.multiple && !options.some((option) => option.defaultSelected);
  return options.some((option, place) => option.selected !== (isPlain ? place === 0 : option.defaultSelected));
}

function isTouched(field) {
  if (isChoice(field)) return field.checked !== field.defaultChecked;
  if (field.options) return isChosenAnew(field);
  return field.value !== field.defaultValue;
}

function read(field) {
  if (isChoice(field)) return field.checked;
  return field.options ? [...field.selectedOptions].map((option) => option.value) : field.value;
}

function write(field, value) {
  if (isChoice(field)) field.checked = value;
  else if (field.options) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
  else field.value = value;
  const form = field.closest("form[data-dirty-guard]");
  if (form) form.dataset.dirty = "yes";
}

function keep() {
  const touched = fields().filter(([, field]) => isTouched(field));
  const values = Object.fromEntries(touched.map(([key, field]) => [key, read(field)]));
  window.sessionStorage.setItem(STORE, JSON.stringify({ page: window.location.pathname, values }));
  // They come back: nothing is lost that one would have to be warned about.
  document.querySelectorAll("form[data-dirty]").forEach((form) => { delete form.dataset.dirty; });
}

function bringBack() {
  const stored = window.sessionStorage.getItem(STORE);
  if (!stored) return;
  window.sessionStorage.removeItem(STORE);
  const { page, values } = JSON.parse(stored);
  if (page !== window.location.pathname) return;
  fields().forEach(([key, field]) => {
    if (key in values) write(field, values[key]);
  });
}

// What the Back button or we ourselves have put back, the server has not counted yet.
function countAgain() {
  const touched = fields().map(([, field]) => field).filter(isTouched);
  document.querySelectorAll("[data-counts]").forEach((counted) => {
    const field = touched.find((one) => counted.contains(one));
    field?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-keeps-fields]")) keep();
});

window.addEventListener("pageshow", countAgain);

bringBack();
