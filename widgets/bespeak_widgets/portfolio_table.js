// A table of any length of which only the rows in sight are on the page. It is one stop in the tab order: arrows, Page,
// Home and End move, Enter opens. Heads are buttons that ask for another order; Python decides it.
const HEIGHT = 27; // of a row, as in the style sheet
const HEAD = 41; // of the row of heads
const SEEN = 12; // rows without scrolling
const SPARE = 8; // rows that are drawn above and below what is seen
let count = 0;

function element(name, parent, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

export default {
  render({ model, el }) {
    el.classList.add("bespeak-portfolio");
    const id = `bespeak-portfolio-${++count}`;
    const status = element("div", el, { class: "portfolio-status", role: "status", id: `${id}-status` });
    const frame = element("div", el, {
      class: "portfolio-frame", role: "grid", tabindex: "0", "aria-describedby": `${id}-status`, "data-lm-suppress-shortcuts": "true",
    });
    const head = element("div", frame, { class: "portfolio-row portfolio-head", role: "row", "aria-rowindex": "1" });
    const body = element("div", frame, { class: "portfolio-body", role: "rowgroup" });
    let active = 0;

    const send = (name, value) => {
      model.set(name, { ...value, count: (model.get(name).count ?? 0) + 1 });
      model.save_changes();
    };
    const lineAt = (place) => model.get("lines")[model.get("order")[place]];

    const heads = () => {
      const { column = -1, descending = false } = model.get("sorting");
      head.replaceChildren();
      model.get("columns").forEach(({ name, number }, i) => {
        const sorted = i === column ? (descending ? "descending" : "ascending") : "none";
        const cell = element("div", head, { role: "columnheader", class: number ? "number" : "", "aria-sort": sorted, "aria-colindex": String(i + 1) });
        const button = element("button", cell, { type: "button", tabindex: "-1", title: `Sort by ${name}` });
        element("span", button, { class: "head-name" }).textContent = name;
        element("span", button, { class: "head-sign", "aria-hidden": "true" }).textContent = i === column ? (descending ? "\u25bc" : "\u25b2") : "";
        button.addEventListener("click", () => send("asked", { column: i }));
      });
    };

    const cells = (row, line) => {
      const [, note, texts] = line;
      const columns = model.get("columns");
      texts.forEach((text, i) => {
        const cell = element("div", row, { role: i ? "gridcell" : "rowheader", class: columns[i].number ? "number" : "", "aria-colindex": String(i + 1) });
        cell.textContent = text;
        if (!i) cell.title = text;
      });
      if (note) Object.assign(element("div", row, { role: "gridcell", class: "note", "aria-colindex": "2" }), { textContent: note, title: note });
    };

    const draw = () => {
      const order = model.get("order");
      const top = Math.floor(frame.scrollTop / HEIGHT);
      const first = Math.max(0, top - SPARE);
      const last = Math.min(order.length, top + SEEN + SPARE + 1);
      body.replaceChildren();
      for (let place = first; place < last; place++) {
        const line = lineAt(place);
        if (!line) continue;
        const row = element("div", body, { class: "portfolio-row", role: "row", id: `${id}-${place}`, "aria-rowindex": String(place + 2) });
        row.style.top = `${place * HEIGHT}px`;
        row.classList.toggle("active", place === active);
        row.classList.toggle("chosen", line[0] === model.get("chosen"));
        row.classList.toggle("odd", place % 2 === 1);
        row.setAttribute("aria-selected", String(line[0] === model.get("chosen")));
        cells(row, line);
        row.addEventListener("click", () => { active = place; point(); send("opened", { key: line[0] }); });
      }
    };
    const point = () => {
      const above = active * HEIGHT < frame.scrollTop;
      const below = (active + 1) * HEIGHT > frame.scrollTop + frame.clientHeight - HEAD;
      if (above) frame.scrollTop = active * HEIGHT;
      if (below) frame.scrollTop = (active + 1) * HEIGHT - frame.clientHeight + HEAD;
      draw();
      frame.setAttribute("aria-activedescendant", `${id}-${active}`);
    };
    const fill = () => {
      const length = model.get("order").length;
      body.style.height = `${length * HEIGHT}px`;
      frame.style.height = `${Math.min(Math.max(length, 1), SEEN) * HEIGHT + HEAD + 2}px`;
      frame.setAttribute("aria-rowcount", String(length + 1));
      active = Math.max(0, Math.min(active, length - 1));
      draw();
    };
    const arrange = () => {
      const open = model.get("order").findIndex((place) => model.get("lines")[place]?.[0] === model.get("chosen"));
      active = Math.max(0, open);
      frame.scrollTop = Math.max(0, (active - SEEN + 2) * HEIGHT);
      fill();
    };
    const words = () => {
      status.textContent = model.get("status");
      frame.setAttribute("aria-label", model.get("caption"));
    };

    let waits = false;
    frame.addEventListener("scroll", () => {
      if (waits) return;
      waits = true;
      requestAnimationFrame(() => { waits = false; draw(); });
    });
    frame.addEventListener("keydown", (event) => {
      const last = model.get("order").length - 1;
      const moves = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + SEEN - 1, PageUp: active - SEEN + 1, Home: 0, End: last };
      if (event.key in moves) {
        active = Math.max(0, Math.min(last, moves[event.key]));
        point();
      } else if (event.key === "Enter" && lineAt(active)) send("opened", { key: lineAt(active)[0] });
      else return;
      event.preventDefault();
      event.stopPropagation();
    });

    heads(); words(); fill();
    const changes = {
      "change:columns": heads, "change:sorting": heads, "change:lines": fill, "change:order": arrange, "change:status": words, "change:caption": words, "change:chosen": draw,
    };
    for (const [event, handler] of Object.entries(changes)) model.on(event, handler);
    return () => Object.entries(changes).forEach(([event, handler]) => model.off(event, handler));
  },
};
