import { button, follow, later, node, ownKeys, setText, turnButton } from "./dom.js";
import { badge, summary } from "./status.js";
import { ago, exact, since, took } from "./time.js";
import { runFilters } from "./run-filters.js";
import { submissionStrip } from "./submission-strip.js";
// The runs. A row is made once and then changed in place, cell by cell, so that nothing moves
// or flickers under the pointer.
const COLUMNS = { status: "Status", sample: "Sample", pipeline: "Pipeline", when: "Submitted", took: "Time", outcome: "Outcome" };

function makeRow(run) {
  const row = node("tr");
  row.tabIndex = -1;
  row.dataset.run = run.run_id;
  const cells = Object.fromEntries(
    Object.keys(COLUMNS).map((name) => [name, row.appendChild(node(name === "sample" ? "th" : "td", name))]),
  );
  cells.sample.scope = "row";
  cells.sample.title = `${run.sample}, run ${run.run_id}`;
  cells.pipeline.title = run.pipeline;
  return { row, cells, run: {} };
}

function fillRow(made, run, send) {
  const { cells } = made;
  if (made.run.status !== run.status || made.run.reason !== run.reason) {
    cells.status.replaceChildren(badge(run.status, run.status === "SUBMITTED" && Boolean(run.reason)));
    made.row.dataset.status = run.status;
  }
  setText(cells.sample, run.sample);
  setText(cells.pipeline, run.pipeline);
  cells.when.title = exact(run.created_at);
  if (made.run.status !== run.status || made.run.reason !== run.reason) {
    const parts = [];
    if (run.status === "COMPLETED") {
      const open = button("Results", "link", (event) => {
        event.stopPropagation();
        send("results", run.run_id);
      });
      open.setAttribute("aria-label", `Results of ${run.sample}`);
      parts.push(open);
    }
    if (run.reason) {
      // There is little room: what the program has said last tells more than a bare exit code.
      const reason = node("span", "why", run.reason.replace(/^Exit code \d+\. Its last words: /, ""));
      reason.title = run.reason;
      parts.push(reason);
    }
    cells.outcome.replaceChildren(...parts);
  }
  made.run = run;
}

function tickRow({ cells, run }) {
  setText(cells.when, ago(run.created_at));
  // Whole seconds while it goes on: a tenth that is always late is no information.
  setText(cells.took, run.since ? took(since(run.since), 0) : took(run.seconds));
  cells.took.title = run.since ? `${run.status} since ${exact(run.since)}` : "";
}

function render({ model, el }) {
  el.classList.add("omnidomain-runs");
  const send = (kind, id = "") => model.send({ kind, id });
  const filters = runFilters(model);
  const counts = node("span", "counts muted");
  counts.setAttribute("role", "status");
  filters.made.appendChild(counts);
  const strip = submissionStrip(model, send);
  const told = node("p", "told muted");
  told.setAttribute("role", "status");
  const fresh = button("", "quiet fresh", () => frame.scrollTo({ top: 0 }));
  fresh.hidden = true;
  const frame = ownKeys(node("div", "frame"));
  const table = frame.appendChild(node("table"));
  table.setAttribute("aria-label", "Runs, newest first");
  const head = table.createTHead().insertRow();
  for (const [name, text] of Object.entries(COLUMNS)) head.appendChild(node("th", name, text)).scope = "col";
  const body = table.createTBody();
  const note = node("p", "muted empty");
  const start = turnButton("Submit a sheet", "submit");
  const pager = node("div", "bar pager");
  const newer = pager.appendChild(button("Newer", "quiet", () => send("newer")));
  const pageNote = pager.appendChild(node("span", "muted small"));
  const older = pager.appendChild(button("Older", "quiet", () => send("older")));
  el.append(filters.made, strip.made, told, fresh, frame, note, start, pager);
  const made = new Map();
  let page = 0;
  let seen = "";

  const select = (id) => {
    model.set("selected", id);
    model.save_changes();
    mark();
  };
  const mark = () => {
    const selected = model.get("selected");
    for (const [id, { row }] of made) {
      if (id === selected) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  };
  const update = () => {
    const runs = model.get("runs");
    // Another page, or other filters: these runs are not new, they were asked for.
    const asked = JSON.stringify([model.get("page"), model.get("filters")]);
    const turned = asked !== seen;
    seen = asked;
    page = model.get("page");
    const added = runs.filter((run) => !made.has(run.run_id)).length;
    const wait = !turned && added > 0 && frame.scrollTop > 0;
    fresh.hidden = !wait;
    if (wait) setText(fresh, `${added} new ${added === 1 ? "run" : "runs"} ↑`);
    if (turned) frame.scrollTop = 0;
    if (wait) {
      // Nothing moves under the pointer: what is there changes in place, the rest waits above.
      for (const run of runs) {
        if (made.has(run.run_id)) fillRow(made.get(run.run_id), run, send);
      }
    } else place(runs);
    frame.hidden = runs.length === 0;
    const tally = {};
    for (const run of runs) tally[run.status] = (tally[run.status] ?? 0) + 1;
    const paged = model.get("more") || page > 1;
    setText(counts, summary(tally) + (paged && runs.length ? " on this page" : ""));
    const filtered = Object.entries(model.get("filters")).some(([, value]) => value?.length);
    const empty = filtered
      ? "No run fits these filters."
      : "No runs yet. Each row of a sheet that you submit appears here and follows its status by itself.";
    setText(note, runs.length ? "" : model.get("loaded") ? empty : "Looking for your runs …");
    note.hidden = runs.length > 0;
    start.hidden = runs.length > 0 || filtered || !model.get("loaded");
    pager.hidden = !paged;
    newer.disabled = page === 1;
    older.disabled = !model.get("more");
    const first = (page - 1) * 50;
    setText(pageNote, `runs ${first + 1} to ${first + runs.length}, newest first`);
    mark();
  };
  const place = (runs) => {
    const wanted = new Set(runs.map((run) => run.run_id));
    for (const [id, { row }] of made) {
      if (!wanted.has(id)) {
        row.remove();
        made.delete(id);
      }
    }
    runs.forEach((run, at) => {
      if (!made.has(run.run_id)) {
        made.set(run.run_id, makeRow(run));
      }
      const entry = made.get(run.run_id);
      fillRow(entry, run, send);
      tickRow(entry);
      if (body.rows[at] !== entry.row) body.insertBefore(entry.row, body.rows[at] ?? null);
    });
    if (body.rows.length && ![...body.rows].some((row) => row.tabIndex === 0)) body.rows[0].tabIndex = 0;
  };
  // Of a kernel that is silent nobody knows whether its runs still go on.
  const tick = () => el.closest(".omnidomain-panel.silent") || made.forEach(tickRow);
  const hush = later(12000, () => (told.hidden = true));
  const tell = () => {
    setText(told, model.get("told"));
    told.hidden = !model.get("told");
    hush();
  };

  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (!row || event.target.closest("a, button") || String(getSelection())) return;
    select(model.get("selected") === row.dataset.run ? "" : row.dataset.run);
  });
  body.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    if (!row || event.target !== row) return;
    if (event.key === "Enter") return select(row.dataset.run);
    if (event.key === "Escape") return select("");
    const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: body.firstElementChild, End: body.lastElementChild }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (!next) return;
    for (const each of body.rows) each.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  frame.addEventListener("scroll", () => {
    if (frame.scrollTop === 0 && !fresh.hidden) update();
  });
  // Closing the details gives the focus back to the row that they were of.
  let before = model.get("selected");
  const onSelected = () => {
    const now = model.get("selected");
    const inside = el.parentElement?.querySelector(".omnidomain-details")?.contains(document.activeElement);
    if (!now && before && inside) made.get(before)?.row.focus();
    before = now;
    mark();
  };
  model.on("change:selected", onSelected);
  const timer = setInterval(tick, 1000);
  const ends = [
    follow(model, "change:runs change:more change:loaded change:page", update),
    follow(model, "change:filters change:pipelines change:submissions change:sheets", filters.show),
    follow(model, "change:submissions change:filters", strip.show),
    follow(model, "change:told", tell),
  ];
  return () => {
    clearInterval(timer);
    hush.cancel();
    model.off("change:selected", onSelected);
    ends.forEach((end) => end());
  };
}

export default { render };
