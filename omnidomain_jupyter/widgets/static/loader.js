// Draws a widget with the code of all widgets, which one of them asks the kernel for, once a page.
// In front of this stand NAME, the file that draws this widget, and VERSION, of the code.
const PATIENCE = 3000; // milliseconds until it is asked for again, then twice as many
const LONGEST = 30_000; // and at most

const known = (globalThis[Symbol.for("omnidomain-jupyter")] ??= new Map());

// The code of this version, for all of the page; each notebook's kernel has its own turn to be asked.
function theCode() {
  if (!known.has(VERSION)) {
    const code = { begun: false, pieces: [], turns: new WeakMap() };
    code.loaded = new Promise((resolve) => (code.resolve = resolve));
    known.set(VERSION, code);
  }
  return known.get(VERSION);
}

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

// A widget that has asked may be gone before the answer, and the kernel may be busy or have ended.
async function widgets(model, signal) {
  const code = theCode();
  const kernel = model.widget_manager ?? code;
  if (!code.turns.has(kernel)) code.turns.set(kernel, { at: -Infinity, patience: PATIENCE });
  const turn = code.turns.get(kernel);
  const take = (message, buffers) => {
    if (code.begun || message.kind !== "code" || message.version !== VERSION) return;
    code.pieces[message.at] = buffers[0];
    if (Object.keys(code.pieces).length < message.of) return;
    code.begun = true;
    code.resolve(load(code.pieces));
  };
  const ask = () => {
    if (code.begun || Date.now() - turn.at < turn.patience) return;
    try {
      model.send({ kind: "code" });
    } catch {
      return end(); // of a kernel that is there no more
    }
    if (turn.at > 0) turn.patience = Math.min(LONGEST, 2 * turn.patience);
    turn.at = Date.now();
  };
  const again = setInterval(ask, 1000);
  const end = () => {
    clearInterval(again);
    model.off("msg:custom", take);
  };
  model.on("msg:custom", take);
  signal?.addEventListener("abort", end);
  ask();
  try {
    return await code.loaded;
  } catch (error) {
    known.delete(VERSION); // the next widget tries anew
    throw error;
  } finally {
    end();
  }
}

// What is too large for the state of all widgets comes in messages of its own, also when the page
// is connected to its kernel anew and is given that state once more.
function initialize({ model }) {
  const ask = () => model.get("_late") && model.send({ kind: "late" });
  model.on("change:_late", ask);
  ask();
}

async function render({ model, el, signal }) {
  const waiting = setTimeout(() => {
    if (NAME === "notice.js" && model.get("tone") === "title") el.textContent = "OmniDomain waits for this notebook's kernel, which is busy or has ended.";
  }, 2000);
  const found = await widgets(model, signal);
  clearTimeout(waiting);
  el.textContent = "";
  return found[NAME].render({ model, el });
}

export default { initialize, render };
