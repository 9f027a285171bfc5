// The newest runs. A row is made once and then changed in place, cell by cell, so that nothing
// moves or flickers under the pointer.
const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  CREATED: '<circle cx="8" cy="8" r="5.5" class="line"/>',
  SUBMITTED: '<circle cx="8" cy="8" r="5.5" class="line"/>',
  RUNNING: '<circle cx="8" cy="8" r="5.5" class="line"/><path d="M8 2.5a5.5 5.5 0 0 1 0 11z"/>',
  COMPLETED: '<circle cx="8" cy="8" r="6.5"/><path d="M5 8.2l2.2 2.2L11.2 6" class="cut"/>',
  FAILED: '<rect x="2" y="2" width="12" height="12" rx="1"/><path d="M5.2 5.2l5.6 5.6m0-5.6l-5.6 5.6" class="cut"/>',
  CANCELLED: '<rect x="2.75" y="2.75" width="10.5" height="10.5" rx="1" class="line"/>',
  UNKNOWN: '<circle cx="8" cy="8" r="6.25" class="line"/><path d="M6.1 6.4a1.9 1.9 0 1 1 2.7 1.7c-.5.2-.8.5-.8 1.1" class="line"/><circle cx="8" cy="11.4" r=".9"/>',
};

function node(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

function took(seconds, digits = 1) {
  if (seconds === null) return "";
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(digits) : Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function ago(stamp) {
  const seconds = Math.max(0, (Date.now() - Date.parse(stamp)) / 1000);
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} d ago`;
}

function exact(stamp) {
  const at = new Date(stamp);
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC, ${at.toLocaleString()} here`;
}

// The address below which Jupyter serves files; null where the page is not Jupyter's.
function filesUrl() {
  try {
    const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    return new URL(`${config.baseUrl.replace(/\/?$/, "/")}files/`, location.href).href;
  } catch {
    return null;
  }
}

function reportNode(path, belowRoot) {
  const base = belowRoot ? filesUrl() : null;
  if (base === null) {
    const text = node("span", "path", path);
    text.title = path;
    return text;
  }
  const link = node("a", "", "Report");
  link.href = base + path.split("/").map(encodeURIComponent).join("/");
  link.target = "_blank";
  link.rel = "noopener";
  link.title = path;
  return link;
}

function makeRow(run) {
  const row = node("tr");
  row.tabIndex = -1;
  const cells = Object.fromEntries(
    ["status", "sample", "pipeline", "when", "took", "outcome"].map((name) => [
      name,
      row.appendChild(node(name === "sample" ? "th" : "td", name)),
    ]),
  );
  cells.sample.scope = "row";
  cells.sample.title = `${run.sample}, run ${run.run_id}`;
  return { row, cells, run: {} };
}

function fillRow(made, run) {
  const { cells } = made;
  if (made.run.status !== run.status) {
    const shape = document.createElementNS(SVG, "svg");
    shape.setAttribute("viewBox", "0 0 16 16");
    shape.setAttribute("aria-hidden", "true");
    shape.innerHTML = SHAPES[run.status] ?? SHAPES.UNKNOWN; // of ours, never of the server's
    cells.status.replaceChildren(shape, node("span", "", run.status));
    made.row.dataset.status = run.status;
  }
  setText(cells.sample, run.sample);
  setText(cells.pipeline, run.pipeline);
  cells.when.title = exact(run.created_at);
  if (made.run.report !== run.report || made.run.reason !== run.reason) {
    const parts = [];
    if (run.report) parts.push(reportNode(run.report, run.below_root));
    if (run.reason) {
      const reason = node("span", "reason", run.reason);
      reason.title = run.reason;
      parts.push(reason);
    }
    cells.outcome.replaceChildren(...parts);
  }
  made.run = run;
}

function tickRow({ cells, run }) {
  setText(cells.when, ago(run.created_at));
  // Whole seconds while it runs: a tenth that is always late is no information.
  const running = run.started_at && Math.max(0, Math.floor((Date.now() - Date.parse(run.started_at)) / 1000));
  setText(cells.took, run.started_at ? took(running, 0) : took(run.seconds));
}

function summary(runs) {
  const counts = new Map();
  for (const run of runs) counts.set(run.status, (counts.get(run.status) ?? 0) + 1);
  return Object.keys(SHAPES)
    .filter((status) => counts.has(status))
    .map((status) => `${counts.get(status)} ${status.toLowerCase()}`)
    .join(" · ");
}

function moveFocus(body, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = event.target.closest("tr");
  if (!step || !row || event.target.closest("a")) return;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  event.preventDefault();
  if (!next) return;
  for (const each of body.rows) each.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function render({ model, el }) {
  el.classList.add("omnidomain-runs");
  const title = el.appendChild(node("div", "title"));
  title.appendChild(node("b", "", "Runs"));
  const counts = title.appendChild(node("span", "counts"));
  counts.setAttribute("role", "status");
  const fresh = title.appendChild(node("button", "fresh"));
  fresh.type = "button";
  fresh.hidden = true;
  const frame = el.appendChild(node("div", "frame"));
  frame.dataset.lmSuppressShortcuts = "true";
  const table = frame.appendChild(node("table"));
  table.setAttribute("aria-label", "Runs, newest first");
  const head = table.createTHead().insertRow();
  const names = {
    status: "Status",
    sample: "Sample",
    pipeline: "Pipeline",
    when: "Submitted",
    took: "Took",
    outcome: "Outcome",
  };
  for (const [name, text] of Object.entries(names)) {
    head.appendChild(node("th", name, text)).scope = "col";
  }
  const body = table.createTBody();
  const note = el.appendChild(node("p"));
  const made = new Map();

  const update = () => {
    const runs = model.get("runs");
    const wanted = new Set(runs.map((run) => run.run_id));
    for (const [id, { row }] of made) {
      if (!wanted.has(id)) {
        row.remove();
        made.delete(id);
      }
    }
    let added = 0;
    runs.forEach((run, at) => {
      if (!made.has(run.run_id)) {
        made.set(run.run_id, makeRow(run));
        added += 1;
      }
      const entry = made.get(run.run_id);
      fillRow(entry, run);
      tickRow(entry);
      if (body.rows[at] !== entry.row) body.insertBefore(entry.row, body.rows[at] ?? null);
    });
    if (body.rows.length && ![...body.rows].some((row) => row.tabIndex === 0)) {
      body.rows[0].tabIndex = 0;
    }
    frame.hidden = runs.length === 0;
    setText(counts, summary(runs));
    if (added && frame.scrollTop > 0) {
      setText(fresh, `${added} new ${added === 1 ? "run" : "runs"} ↑`);
      fresh.hidden = false;
    }
    const empty = "No runs yet. Each row of a sheet that you submit appears here and follows its status by itself.";
    setText(note, runs.length === 0 ? (model.get("loaded") ? empty : "") : model.get("more") ? `The newest ${runs.length} runs; client.runs() has all of them.` : "");
  };
  const tick = () => made.forEach(tickRow);
  fresh.addEventListener("click", () => frame.scrollTo({ top: 0 }));
  frame.addEventListener("scroll", () => {
    if (frame.scrollTop === 0) fresh.hidden = true;
  });
  body.addEventListener("keydown", (event) => moveFocus(body, event));
  const timer = setInterval(tick, 1000);
  let due = 0;
  const soon = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(update);
  };
  model.on("change:runs change:more change:loaded", soon);
  update();
  return () => {
    clearInterval(timer);
    cancelAnimationFrame(due);
    model.off("change:runs change:more change:loaded", soon);
  };
}

export default { render };
