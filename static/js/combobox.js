// A long native select becomes a field with search above its list. The select stays in the form,
// holds the value and tells of its changes; without scripts it is what is shown.

const LONG = 15;
const texts = document.body.dataset;

// "sao paulo" finds America/Sao_Paulo and São Paulo.
function plain(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").replace(/[/_-]/g, " ").toLowerCase();
}

// Those whose words begin with what was typed come first.
function matching(options, wanted) {
  const text = (option) => ` ${plain(option.textContent.trim())}`;
  const found = options.filter((option) => wanted.every((word) => text(option).includes(word)));
  const begins = (option) => Number(wanted.every((word) => text(option).includes(` ${word}`)));
  return found.sort((one, other) => begins(other) - begins(one));
}

function element(name, attributes) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.id = select.id;
    this.build();
    this.listen();
    this.show();
  }

  build() {
    const described = this.select.getAttribute("aria-describedby");
    this.input = element("input", {
      type: "text",
      id: this.id,
      class: "combobox-input",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${this.id}-list`,
    });
    if (described) this.input.setAttribute("aria-describedby", described);
    if (this.select.required) this.input.setAttribute("aria-required", "true");
    if (this.select.getAttribute("aria-invalid")) this.input.setAttribute("aria-invalid", "true");
    this.list = element("ul", { id: `${this.id}-list`, class: "combobox-list", role: "listbox", hidden: "" });
    this.list.setAttribute("aria-label", this.select.labels[0]?.firstChild?.textContent.trim() ?? "");
    this.select.id = `${this.id}-value`;
    this.select.hidden = true;
    const frame = element("div", { class: "combobox" });
    this.select.before(frame);
    frame.append(this.input, this.list);
  }

  listen() {
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.press(event));
    // The list takes no focus, and a press on its scroll bar does not close it.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    this.select.addEventListener("change", () => this.show());
    this.select.form?.addEventListener("reset", () => window.setTimeout(() => this.show()));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  show() {
    this.input.value = this.select.selectedOptions[0]?.textContent.trim() ?? "";
  }

  open(words) {
    const found = matching([...this.select.options], plain(words).split(" ").filter(Boolean));
    this.list.replaceChildren(...(found.length ? found.map((option) => this.row(option)) : [this.nothing()]));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(words ? this.list.querySelector("[role=option]") : this.list.querySelector("[aria-selected=true]"));
    if (words) this.count(found.length);
  }

  row(option) {
    const row = element("li", {
      id: `${this.id}-${option.index}`,
      role: "option",
      "aria-selected": String(option.selected),
      "data-index": String(option.index),
    });
    row.textContent = option.textContent;
    return row;
  }

  nothing() {
    const row = element("li", { class: "combobox-none" });
    row.textContent = texts.textNoChoice;
    return row;
  }

  count(number) {
    const text = { 0: texts.textNoChoice, 1: texts.textOneChoice }[number] ?? texts.textChoices;
    const detail = { text: text.replace("{n}", String(number)) };
    document.body.dispatchEvent(new CustomEvent("announce", { detail }));
  }

  mark(row) {
    this.list.querySelector(".is-active")?.classList.remove("is-active");
    row?.classList.add("is-active");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const rows = [...this.list.querySelectorAll("[role=option]")];
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.classList.contains("is-active"));
    this.mark(rows[(here === -1 && step === -1 ? -1 : here + step + rows.length) % rows.length] ?? rows.at(-1));
  }

  choose(row) {
    if (!row) return;
    const isOther = this.select.selectedIndex !== Number(row.dataset.index);
    this.select.selectedIndex = Number(row.dataset.index);
    this.close();
    if (isOther) this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What was typed and not chosen is no choice.
  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(null);
    this.show();
  }

  press(event) {
    if (event.altKey && event.key === "ArrowUp" && this.isOpen) this.close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.isOpen) this.move(event.key === "ArrowDown" ? 1 : -1);
      else this.open("");
    } else if (event.key === "Enter" && this.isOpen && !event.ctrlKey && !event.metaKey) {
      this.choose(this.list.querySelector(".is-active"));
    } else if (event.key === "Escape" && this.isOpen) this.close();
    else return;
    event.preventDefault();
  }
}

function enhance(root) {
  root.querySelectorAll(".field > select:not([multiple], [hidden])").forEach((select) => {
    if (select.id && select.options.length > LONG) new Combobox(select);
  });
}

document.addEventListener("htmx:afterSettle", (event) => enhance(event.detail.elt.parentElement ?? document));
enhance(document);
