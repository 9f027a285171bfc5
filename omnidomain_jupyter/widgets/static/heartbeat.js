import { node, setText } from "./dom.js";
import { clock } from "./time.js";
// A kernel that has ended cannot say so. Without its signs the times here stand still.
const SLEPT = 5000; // milliseconds between two ticks: this computer slept, or the page was hidden

function render({ model, el }) {
  el.classList.add("omnidomain-notice");
  el.dataset.tone = "warning";
  el.setAttribute("role", "status");
  const told = el.appendChild(node("span"));
  let heard = Date.now();
  let ticked = heard;
  const tick = () => {
    const now = Date.now();
    if (now - ticked > SLEPT) heard += now - ticked;
    ticked = now;
    const silent = model.get("beats") > 0 && now - heard > 1000 * model.get("patience");
    el.hidden = !silent;
    el.closest(".omnidomain-panel")?.classList.toggle("silent", silent);
    const when = `Nothing has been heard from this notebook's kernel since ${clock(heard)}: this is how it was then.`;
    setText(told, silent ? `${when} If the kernel has ended, run the cell again: your runs go on without it, and the panel finds them.` : "");
  };
  const beat = () => {
    heard = Date.now();
    tick();
  };
  model.on("change:beats", beat);
  const timer = setInterval(tick, 1000);
  tick();
  return () => {
    clearInterval(timer);
    model.off("change:beats", beat);
  };
}

export default { render };
