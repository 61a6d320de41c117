// A table in which one row is chosen: a radio button in each row, so that arrows and space work as everywhere.
let count = 0;

function element(name, parent, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

export default {
  render({ model, el }) {
    el.classList.add("bespeak-choice");
    const group = `bespeak-choice-${++count}`;
    const table = element("table", el);

    const mark = () => {
      table.querySelectorAll("input").forEach((input) => {
        input.checked = input.value === model.get("chosen");
        input.closest("tr").classList.toggle("chosen", input.checked);
      });
    };
    const fill = () => {
      const { caption = "", columns = [], rows = [], numbers = [] } = model.get("content");
      const style = (i) => (numbers.includes(i) ? { class: "number" } : {});
      const cellStyle = (i, text) => ({ ...style(i), ...(text.length <= 14 ? { style: "white-space: nowrap" } : {}) });
      table.replaceChildren();
      element("caption", table).textContent = caption;
      const head = element("tr", element("thead", table));
      element("td", head);
      columns.forEach((name, i) => (element("th", head, { scope: "col", ...style(i) }).textContent = name));
      const body = element("tbody", table);
      for (const { key, cells } of rows) {
        const row = element("tr", body);
        const input = element("input", element("td", row), {
          type: "radio", name: group, value: key, "aria-label": `Choose ${cells.slice(0, 4).join(", ")}`, "data-lm-suppress-shortcuts": "true",
        });
        cells.forEach((text, i) => (element("td", row, cellStyle(i, text)).textContent = text));
        row.addEventListener("click", () => input.click());
        input.addEventListener("click", (event) => event.stopPropagation());
        input.addEventListener("change", () => {
          model.set("chosen", key);
          model.save_changes();
          mark();
        });
      }
      mark();
    };
    fill();
    model.on("change:content", fill);
    model.on("change:chosen", mark);
    return () => {
      model.off("change:content", fill);
      model.off("change:chosen", mark);
    };
  },
};
