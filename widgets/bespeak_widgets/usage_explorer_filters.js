// Filters side by side. Each is a button that opens a list: a search above, radio buttons below.
let bars = 0;

function element(name, parent, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.appendChild(made);
  return made;
}

const KEEP = { "data-lm-suppress-shortcuts": "true" };

export default {
  render({ model, el }) {
    el.classList.add("bespeak-filters");
    const id = `bespeak-filters-${++bars}`;
    const known = new Map();
    let open = "";

    const say = (name, message) => {
      model.set(name, { ...message, count: (model.get(name).count ?? 0) + 1 });
      model.save_changes();
    };
    const close = (focus) => {
      const part = known.get(open);
      open = "";
      if (!part) return;
      part.list.hidden = true;
      part.button.setAttribute("aria-expanded", "false");
      if (focus) part.button.focus();
    };
    const show = (field) => {
      if (open === field) return close(false);
      close(false);
      open = field;
      const part = known.get(field);
      part.put();
      part.list.hidden = false;
      part.button.setAttribute("aria-expanded", "true");
      const right = part.cell.getBoundingClientRect().left + part.list.offsetWidth > el.getBoundingClientRect().right;
      part.list.style.right = right ? "0" : "auto";
      part.list.style.left = right ? "auto" : "0";
      part.search.focus();
    };
    const make = (field) => {
      const cell = element("div", el, { class: "filter" });
      const button = element("button", cell, { type: "button", "aria-expanded": "false", "aria-controls": `${id}-${field}`, ...KEEP });
      const name = element("span", button, { class: "filter-label" });
      const value = element("span", button, { class: "filter-value" });
      const list = element("div", cell, { class: "filter-list", id: `${id}-${field}`, hidden: "" });
      const search = element("input", list, { type: "search", ...KEEP });
      const rows = element("div", list, { class: "filter-rows", role: "radiogroup" });
      const status = element("div", list, { class: "filter-status", role: "status" });
      button.addEventListener("click", () => show(field));
      search.addEventListener("input", () => say("asked", { field, typed: search.value }));
      search.addEventListener("keydown", (event) => {
        if (event.key === "ArrowDown") {
          (rows.querySelector("input:checked") ?? rows.querySelector("input"))?.focus();
          event.preventDefault();
        } else if (event.key === "Enter") {
          rows.querySelectorAll("input")[1]?.click(); // the first hit below "all"
        }
      });
      list.addEventListener("keydown", (event) => {
        if (event.key === "Escape") close(true);
        if (event.key === "Enter" && event.target.type === "radio") pick(field, event.target.value);
      });
      const part = { cell, button, name, value, list, search, rows, status };
      known.set(field, part);
      return part;
    };
    const pick = (field, value) => {
      close(true);
      say("picked", { field, value });
    };
    const line = (part, field, [value, name, more, share], chosen) => {
      const label = element("label", part.rows, { class: "filter-row" });
      const input = element("input", label, { type: "radio", name: `${id}-${field}-r`, value, ...KEEP });
      input.checked = value === chosen;
      element("span", label, { class: "filter-name", title: name }).textContent = name;
      element("span", label, { class: "filter-more" }).textContent = more;
      element("span", label, { class: "filter-share", style: `width:${Math.max(0, Math.min(1, share)) * 100}%` });
      // Arrows move from one to the next without choosing it; a click, Space or Enter chooses.
      input.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const all = [...part.rows.querySelectorAll("input")];
        (all[all.indexOf(input) + step] ?? part.search).focus();
      });
      input.addEventListener("click", () => pick(field, value));
    };
    const fill = () => {
      for (const { field, label, chosen, chosen_name: chosenName, count, rows, status, typed } of model.get("content")) {
        const part = known.get(field) ?? make(field);
        part.name.textContent = label;
        part.value.textContent = chosenName || (count === 1 && rows.length ? rows[0][1] : count ? `all ${count.toLocaleString("en")}` : "none");
        part.button.title = `${label}: ${chosenName || "all"}`;
        part.cell.classList.toggle("chosen", Boolean(chosenName));
        part.search.placeholder = `Find in ${label.toLowerCase()}`;
        part.search.setAttribute("aria-label", `Find in ${label}`);
        part.rows.setAttribute("aria-label", label);
        if (part.search !== document.activeElement) part.search.value = typed;
        part.put = () => {
          const focused = part.rows.contains(document.activeElement);
          part.rows.replaceChildren();
          line(part, field, ["", "all", "", 0], chosen);
          for (const row of rows) line(part, field, row, chosen);
          part.status.textContent = status;
          if (focused) part.search.focus();
        };
        if (open === field) part.put(); // the rows of a closed list wait until it opens
      }
    };
    const outside = (event) => {
      if (open && !el.contains(event.target)) close(false);
    };
    fill();
    model.on("change:content", fill);
    document.addEventListener("pointerdown", outside);
    return () => {
      model.off("change:content", fill);
      document.removeEventListener("pointerdown", outside);
    };
  },
};
