// Draws a widget with the code of all widgets, which one of them asks the kernel for, once a page.
// In front of this stand NAME, the file that draws this widget, and VERSION, of the code.
const PATIENCE = 3000; // milliseconds until it is asked for again, then twice as many

const known = (globalThis[Symbol.for("omnidomain-jupyter")] ??= new Map());
if (!known.has(VERSION)) {
  const code = { asked: -Infinity, patience: PATIENCE, pieces: [] };
  code.loaded = new Promise((resolve) => (code.resolve = resolve));
  known.set(VERSION, code);
}
const code = known.get(VERSION);

async function load(pieces) {
  const address = URL.createObjectURL(new Blob(pieces, { type: "text/javascript" }));
  try {
    const { widgets, styles } = await import(/* webpackIgnore: true */ address);
    document.head.appendChild(document.createElement("style")).textContent = styles;
    return widgets;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function take(message, buffers) {
  if (message.kind !== "code" || message.version !== VERSION) return;
  code.pieces[message.at] = buffers[0];
  const there = Object.keys(code.pieces).length;
  if (there === message.of) code.resolve(load(code.pieces));
}

// A widget that has asked may be gone before the answer, and the kernel may be busy.
async function widgets(model) {
  const ask = () => {
    if (Date.now() - code.asked < code.patience) return;
    if (code.asked > 0) code.patience *= 2;
    code.asked = Date.now();
    model.send({ kind: "code" });
  };
  model.on("msg:custom", take);
  ask();
  const again = setInterval(ask, 1000);
  const found = await code.loaded;
  clearInterval(again);
  model.off("msg:custom", take);
  return found;
}

// What is too large for the state of all widgets comes in messages of its own.
function initialize({ model }) {
  if (model.get("_late")) model.send({ kind: "late" });
}

async function render({ model, el }) {
  const waiting = setTimeout(() => {
    if (NAME === "notice.js" && model.get("tone") === "title") el.textContent = "OmniDomain waits for this notebook's kernel, which is busy or has ended.";
  }, 2000);
  const found = await widgets(model);
  clearTimeout(waiting);
  el.textContent = "";
  return found[NAME].render({ model, el });
}

export default { initialize, render };
