// Invisible. Brings the style of the order form, and moves a person on: shows a place of the same output and gives
// the keyboard to the first control in it that can be used, so that focus is never lost to the notebook.
const OUTPUT = ".jp-OutputArea-output, .widget-output, .output_subarea";
const CONTROLS = "button, input, select, textarea";
const TRIES = 40;
const HANDS = ["wheel", "keydown", "pointerdown"];

// Shows what has just appeared, once, so that Run All ends at it; whoever scrolls or types meanwhile is left alone.
// Lab brings the last cell into view after it has run, so this is said again until things are at rest.
function arrive(model, root) {
  const name = model.get("arrival");
  if (!name) return;
  model.set("arrival", "");
  model.save_changes();
  let left = 8;
  const stop = () => { left = 0; };
  HANDS.forEach((hand) => document.addEventListener(hand, stop, { capture: true, once: true, passive: true }));
  const attempt = () => {
    if (left-- > 0) {
      root().querySelector(`.${name}`)?.scrollIntoView({ block: "start" });
      setTimeout(attempt, 150);
    } else HANDS.forEach((hand) => document.removeEventListener(hand, stop, { capture: true }));
  };
  setTimeout(attempt, 50);
}

function usable(place) {
  return [...place.querySelectorAll(CONTROLS)].find((control) => !control.disabled && control.offsetParent);
}

export default {
  render({ model, el }) {
    el.style.display = "none";
    const output = () => el.closest(OUTPUT) ?? document;
    let timer = null;
    const move = () => {
      clearTimeout(timer);
      const { show, focus, block = "nearest" } = model.get("target");
      const root = output();
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
    arrive(model, output);
    return () => {
      clearTimeout(timer);
      model.off("change:target", move);
    };
  },
};
