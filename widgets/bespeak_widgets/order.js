// Invisible. Brings the style of the order form, and moves a person on: shows a place of the same output and gives
// the keyboard to the first control in it that can be used, so that focus is never lost to the notebook.
const OUTPUT = ".jp-OutputArea-output, .widget-output, .output_subarea";
const CONTROLS = "button, input, select, textarea";
const TRIES = 40;

function usable(place) {
  return [...place.querySelectorAll(CONTROLS)].find((control) => !control.disabled && control.offsetParent);
}

export default {
  render({ model, el }) {
    el.style.display = "none";
    let timer = null;
    const move = () => {
      clearTimeout(timer);
      const { show, focus, block = "nearest" } = model.get("target");
      const root = el.closest(OUTPUT) ?? document;
      let tries = 0;
      const attempt = () => {
        const place = root.querySelector(`.${focus}`);
        const control = place && usable(place);
        if (!control && ++tries < TRIES) {
          timer = setTimeout(attempt, 50);
          return;
        }
        control?.focus({ preventScroll: true });
        root.querySelector(`.${show}`)?.scrollIntoView({ block });
      };
      if (show) attempt();
    };
    model.on("change:target", move);
    return () => {
      clearTimeout(timer);
      model.off("change:target", move);
    };
  },
};
