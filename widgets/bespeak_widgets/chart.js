// Draws a figure with the one plotly.js of the page, in the colours of Lab's theme, and redraws it in place.
const shared = (globalThis.__bespeak_plotly ??= {});

function load(model) {
  shared.library ??= fetchLibrary(model).catch((error) => {
    delete shared.library; // the next chart may have more luck
    throw error;
  });
  return shared.library;
}

async function fetchLibrary(model) {
  const asset = await model.widget_manager.get_model(model.get("_library").replace("IPY_MODEL_", ""));
  const code = ["const module={exports:{}}, exports=module.exports;\n", asset.get("source"), "\nexport default module.exports;"];
  const url = URL.createObjectURL(new Blob(code, { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

const ARRAYS = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array,
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};

// Puts the binary columns back in their places.
function revive(value, buffers) {
  if (Array.isArray(value)) return value.map((item) => revive(item, buffers));
  if (!value || typeof value !== "object") return value;
  if ("__buf" in value) {
    const view = buffers[value.__buf];
    const flat = new ARRAYS[value.dtype](view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
    return value.width ? rows(flat, value.width) : flat;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item, buffers)]));
}

function rows(flat, width) {
  return Array.from({ length: flat.length / width }, (_, row) => flat.subarray(row * width, (row + 1) * width));
}

function themeTemplate() {
  const style = getComputedStyle(document.body);
  const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const ink = colour("--jp-ui-font-color1", style.color || "#1f1f1f");
  const faint = colour("--jp-ui-font-color2", ink);
  const line = colour("--jp-border-color2", "rgba(128,128,128,0.35)");
  const paper = colour("--jp-layout-color1", "#ffffff");
  const axis = { gridcolor: line, linecolor: faint, zerolinecolor: faint, tickcolor: faint, title: { font: { size: 13 } } };
  return {
    layout: {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: ink, family: colour("--jp-ui-font-family", "system-ui, sans-serif"), size: 13 },
      xaxis: axis,
      yaxis: axis,
      hoverlabel: { bgcolor: paper, bordercolor: faint, font: { color: ink } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: faint, activecolor: ink },
      coloraxis: { colorbar: { outlinewidth: 0, tickcolor: faint } },
      shapedefaults: { line: { color: ink } },
      annotationdefaults: { font: { color: ink }, arrowcolor: faint },
    },
  };
}

// No button bar: it would stand inside the picture, and one of its buttons shares the figures with a server.
const CONFIG = { displayModeBar: false, doubleClick: false };

function element(name, parent, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.appendChild(made);
  return made;
}

// The same figures as a table, for whoever cannot see the chart; written as text, never as HTML.
function fillTable(table, { columns = [], rows: lines = [] }, title) {
  table.replaceChildren();
  element("caption", table).textContent = title;
  const head = element("tr", element("thead", table));
  for (const name of columns) element("th", head, { scope: "col" }).textContent = name;
  const body = element("tbody", table);
  for (const line of lines) {
    const row = element("tr", body);
    line.forEach((text, i) => (element(i ? "td" : "th", row, i ? { class: "number" } : { scope: "row" }).textContent = text));
  }
}

let count = 0;

function frame(el) {
  el.classList.add("bespeak-chart");
  const id = `bespeak-chart-${++count}`;
  const figure = element("figure", el, { role: "group" });
  const title = element("div", figure, { class: "chart-title", id: `${id}-title` });
  const plot = element("div", figure, { role: "img", "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-words` });
  const words = element("figcaption", figure, { id: `${id}-words` });
  const details = element("details", figure);
  const summary = element("summary", details, { "data-lm-suppress-shortcuts": "true" });
  summary.textContent = "Show the figures as a table";
  const table = element("table", details);
  figure.setAttribute("aria-labelledby", `${id}-title`);
  return { title, plot, words, details, table };
}

export default {
  async render({ model, el }) {
    const { title, plot, words, details, table } = frame(el);
    let Plotly = null;
    let gone = false;

    const write = () => {
      title.textContent = model.get("title");
      const world = model.get("world");
      if (world) title.dataset.world = world;
      title.setAttribute("aria-label", world ? `${world}: ${model.get("title")}` : model.get("title"));
      words.textContent = model.get("summary").join(" ");
      details.hidden = !(model.get("table").rows ?? []).length;
      if (details.open) fillTable(table, model.get("table"), model.get("title"));
    };
    let template = themeTemplate();
    let traces = [];
    const read = () => {
      const { spec = [], buffers = [] } = model.get("traces");
      traces = revive(spec, buffers);
    };
    const draw = () => {
      if (gone || !Plotly) return;
      // The same arrays and the same template as before tell Plotly that only the arrangement has changed.
      const layout = { ...model.get("arrangement"), autosize: true, template };
      return Plotly.react(plot, traces, layout, CONFIG);
    };
    let waits = false;
    const drawSoon = () => {
      if (waits) return;
      waits = true;
      queueMicrotask(() => {
        waits = false;
        draw();
      });
    };
    const redraw = () => {
      read();
      drawSoon();
    };
    const height = () => (plot.style.minHeight = `${model.get("arrangement").height ?? 320}px`);

    const arrange = () => {
      height();
      drawSoon();
    };

    read();
    height();
    write();
    details.addEventListener("toggle", write);
    model.on("change:title change:summary change:table", write);
    model.on("change:traces", redraw);
    model.on("change:arrangement", arrange);
    const wear = () => {
      template = themeTemplate();
      draw();
    };
    // The style sheet of a theme arrives some time after its name.
    const themes = new MutationObserver(() => [0, 150, 600].forEach((wait) => setTimeout(wear, wait)));
    themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light", "class"] });
    const sizes = new ResizeObserver(() => {
      if (Plotly && plot.clientWidth && plot.querySelector(".main-svg")) Plotly.Plots.resize(plot);
    });
    sizes.observe(plot);

    try {
      Plotly = await load(model);
      await draw();
      plot.on?.("plotly_click", (event) => {
        model.set("clicked", event.points.map((point) => ({ curve: point.curveNumber, index: point.pointIndex ?? point.pointNumber })));
        model.save_changes();
      });
      // Only in figures whose x axis may be zoomed; what is seen then is up to Python, which sends another figure.
      plot.on?.("plotly_relayout", (event) => {
        if (model.get("arrangement").dragmode !== "zoom" || !("xaxis.range[0]" in event)) return;
        const count = (model.get("dragged").count ?? 0) + 1;
        model.set("dragged", { first: String(event["xaxis.range[0]"]), end: String(event["xaxis.range[1]"]), count });
        model.save_changes();
        setTimeout(draw, 500);
      });
    } catch (error) {
      plot.textContent = `The chart cannot be drawn here (${error.message}). The table below has the same figures.`;
      plot.setAttribute("role", "alert");
    }
    return () => {
      gone = true;
      themes.disconnect();
      sizes.disconnect();
      model.off("change:traces", redraw);
      model.off("change:arrangement", arrange);
      model.off("change:title change:summary change:table", write);
      Plotly?.purge(plot);
    };
  },
};
