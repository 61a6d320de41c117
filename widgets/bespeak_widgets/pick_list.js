// A field with a list below it (the combobox pattern of WAI-ARIA 1.2): type to search, arrows move, Enter chooses.
// The focus stays in the field; the list always has the same height, so that nothing below it jumps.
let count = 0;

function element(name, parent, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

function frame(el) {
  el.classList.add("bespeak-pick");
  const id = `bespeak-pick-${++count}`;
  const label = element("label", el, { for: `${id}-field` });
  const side = element("div", el, { class: "pick-side" });
  const field = element("input", side, {
    id: `${id}-field`, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "true", "aria-controls": `${id}-list`, "aria-describedby": `${id}-status`,
    "data-lm-suppress-shortcuts": "true",
  });
  const status = element("div", side, { id: `${id}-status`, class: "pick-status", role: "status" });
  const list = element("ul", side, { id: `${id}-list`, role: "listbox", class: "pick-list" });
  return { id, label, field, status, list };
}

export default {
  render({ model, el }) {
    const { id, label, field, status, list } = frame(el);
    let active = 0;
    let enterWaits = false; // Enter was pressed before the hits of the last key arrived

    const options = () => [...list.children];
    const point = () => {
      options().forEach((option, i) => option.classList.toggle("active", i === active));
      const option = options()[active];
      if (!option) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", option.id);
      const above = option.offsetTop < list.scrollTop;
      const below = option.offsetTop + option.offsetHeight > list.scrollTop + list.clientHeight;
      if (above) list.scrollTop = option.offsetTop;
      if (below) list.scrollTop = option.offsetTop + option.offsetHeight - list.clientHeight;
    };
    const markChosen = () => {
      for (const option of options()) option.setAttribute("aria-selected", String(option.dataset.key === model.get("chosen")));
    };
    const choose = (option) => {
      if (!option) return;
      model.set("picked", { key: option.dataset.key, count: (model.get("picked").count ?? 0) + 1 });
      model.save_changes();
    };
    const fill = () => {
      const { answers, rows = [], status: words = "" } = model.get("hits");
      list.replaceChildren();
      rows.forEach(([key, main, more], i) => {
        const option = element("li", list, { id: `${id}-${i}`, role: "option" });
        option.dataset.key = key;
        element("span", option, { class: "pick-main" }).textContent = main;
        element("span", option, { class: "pick-more" }).textContent = more;
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => { active = i; point(); choose(option); });
      });
      status.textContent = words;
      status.classList.toggle("none", !rows.length);
      active = 0;
      list.scrollTop = 0;
      point();
      markChosen();
      if (enterWaits && answers === field.value) {
        enterWaits = false;
        choose(options()[0]);
      }
    };
    const name = () => {
      label.textContent = model.get("label");
      list.setAttribute("aria-label", model.get("label"));
      field.placeholder = model.get("placeholder");
    };
    const settle = () => { if (field.value !== model.get("text")) field.value = model.get("text"); };

    field.addEventListener("input", () => {
      enterWaits = false;
      model.set("text", field.value);
      model.save_changes();
    });
    field.addEventListener("keydown", (event) => {
      const last = options().length - 1;
      const moves = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 6, PageUp: active - 6 };
      if (event.key in moves) {
        active = Math.max(0, Math.min(last, moves[event.key]));
        point();
      } else if (event.key === "Enter") {
        if (model.get("hits").answers === field.value) choose(options()[active]);
        else enterWaits = true;
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });

    name(); settle(); fill();
    const changes = { "change:label": name, "change:placeholder": name, "change:text": settle, "change:hits": fill, "change:chosen": markChosen };
    for (const [event, handler] of Object.entries(changes)) model.on(event, handler);
    return () => Object.entries(changes).forEach(([event, handler]) => model.off(event, handler));
  },
};
