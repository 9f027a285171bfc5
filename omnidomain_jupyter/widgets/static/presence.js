import { node, setText } from "./dom.js";
import { jupyterUrl } from "./server-links.js";
import { clock } from "./time.js";
// A kernel that has ended cannot say so: the page asks the server. To the kernel it is said when
// this page comes into sight or goes out of it, and nothing in between.
const WHAT_NOW = "Run the cell again: your runs go on without it, and the panel finds them.";

const LONGEST = 10_000; // milliseconds until a server that has not answered is away

function render({ model, el }) {
  el.classList.add("omnidomain-notice");
  el.dataset.tone = "warning";
  el.setAttribute("role", "status");
  const told = el.appendChild(node("span"));
  const id = Math.random().toString(36).slice(2);
  const address = model.get("kernel_id") && jupyterUrl(`api/kernels/${model.get("kernel_id")}?no_track_activity=1`);
  let met = false; // elsewhere than at a Jupyter server nobody knows of the kernel
  let heard = Date.now();
  let failures = 0;
  let asked = 0;

  const tell = (text) => {
    const shown = text || model.get("note");
    setText(told, shown);
    el.hidden = !shown;
    el.closest(".omnidomain-panel")?.classList.toggle("silent", Boolean(text));
  };
  const say = () => model.send({ kind: "view", id, seen: document.visibilityState === "visible" });
  const state = async () => {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(LONGEST) });
    if (answer.ok) return (await answer.json()).execution_state === "dead" ? "ended" : "there";
    if (answer.status === 404) return "ended";
    return answer.status >= 500 ? "away" : "unknown";
  };
  const look = async () => {
    if (el.closest(".jupyter-widgets-disconnected")) return tell(`This notebook's kernel was restarted: this is how it was at ${clock(heard)}. ${WHAT_NOW}`);
    if (!address || document.visibilityState !== "visible") return;
    asked = Date.now();
    const now = await state().catch(() => "away");
    if (now === "there") {
      if (failures) say(); // what was said meanwhile may be lost
      [met, failures, heard] = [true, 0, Date.now()];
      tell("");
    } else if (met && now === "ended") {
      tell(`This notebook's kernel has ended: this is how it was at ${clock(heard)}. ${WHAT_NOW}`);
    } else if (met && now === "away") {
      failures += 1;
      // One lost answer is no news.
      if (failures > 1) tell(`The Jupyter server has not answered since ${clock(heard)}: this is how it was then. If it has ended, so has this notebook's kernel. ${WHAT_NOW}`);
    }
  };
  const tick = () => Date.now() - asked >= (failures ? 3000 : 1000 * model.get("every")) && look();
  const turned = () => {
    say();
    look();
  };
  const leave = () => model.send({ kind: "gone", id });
  document.addEventListener("visibilitychange", turned);
  window.addEventListener("pagehide", leave);
  model.on("comm_live_update", look);
  const timer = setInterval(tick, 1000);
  tell("");
  turned();
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", turned);
    window.removeEventListener("pagehide", leave);
    model.off("comm_live_update", look);
    leave();
  };
}

export default { render };
