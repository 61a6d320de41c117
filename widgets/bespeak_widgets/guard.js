// Marks every control of the cell's output, so that Lab's single-key shortcuts (x cuts the cell, d d deletes it)
// leave it alone, and gives slider handles, and the number beside them, the name of their slider. Controls that appear later are marked too.
const UPLOADS = ".widget-upload";
const CONTROLS = "select,button,input,textarea,summary,a[href],[tabindex],[role=slider],.widget-readout";

function mark(element) {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
  const named = element.getAttribute("role") === "slider" || element.matches(".widget-readout");
  if (!named || element.getAttribute("aria-label")) return;
  const label = element.closest(".widget-inline-hbox")?.querySelector(".widget-label");
  if (label) element.setAttribute("aria-label", label.textContent);
}

// A file that was read is handed on at once, so the count of files that ipywidgets writes on the button says nothing.
function withoutCount(button) {
  for (const text of button.childNodes)
    if (text.nodeType === Node.TEXT_NODE && / \(\d+\)$/.test(text.data)) text.data = text.data.replace(/ \(\d+\)$/, "");
}

function markAll(root) {
  if (root.matches?.(CONTROLS)) mark(root);
  root.querySelectorAll(CONTROLS).forEach(mark);
  root.querySelectorAll(UPLOADS).forEach(withoutCount);
}

function markNew(records) {
  for (const record of records) {
    if (record.target.matches?.(UPLOADS)) withoutCount(record.target);
    for (const node of record.addedNodes)
      if (node.nodeType === Node.ELEMENT_NODE && !node.closest(".js-plotly-plot .main-svg")) markAll(node);
  }
}

const OUTPUT = ".jp-OutputArea-output, .widget-output, .output_subarea";

export default {
  render({ el }) {
    el.style.display = "none";
    const observer = new MutationObserver(markNew);
    let waits = 0;
    const timer = setInterval(() => {
      // Outside a notebook there is no output area: the outermost box does as well.
      const root = el.closest(OUTPUT) ?? (++waits > 100 ? el.parentElement : null);
      if (!root) return;
      clearInterval(timer);
      markAll(root);
      observer.observe(root, { childList: true, subtree: true });
    }, 20);
    return () => {
      clearInterval(timer);
      observer.disconnect();
    };
  },
};
