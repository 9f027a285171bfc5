import { button, fileSize, follow, node, ownKeys, setText } from "./dom.js";
import { copy } from "./copy.js";
import { badge } from "./status.js";
import { clock, exact, since, took } from "./time.js";
// One run from near. Its log is added to at the end, and follows unless somebody has scrolled up.
function timeline(history, ended) {
  const list = node("ol", "timeline");
  list.setAttribute("aria-label", "States of this run");
  history.forEach((change, at) => {
    const item = list.appendChild(node("li"));
    item.appendChild(badge(change.status));
    const next = history[at + 1];
    const time = item.appendChild(node("span", "muted small number", clock(change.at)));
    time.title = exact(change.at);
    const lasted = next ? (Date.parse(next.at) - Date.parse(change.at)) / 1000 : null;
    const took_ = item.appendChild(node("span", "muted small lasted", lasted === null ? "" : `for ${took(lasted)}`));
    if (!next && !ended) took_.dataset.since = change.at;
    if (change.message) item.appendChild(node("span", "small message", change.message)).title = change.message;
  });
  return list;
}

function facts(rows, name) {
  const table = node("table", "facts");
  table.setAttribute("aria-label", name);
  for (const [key, text] of rows) {
    const row = table.insertRow();
    row.appendChild(node("th", "", key)).scope = "row";
    const cell = row.insertCell();
    cell.appendChild(node("span", "", text));
    if (!["run", "job", "output", "submission"].includes(key)) continue;
    const made = cell.appendChild(button("copy", "link small", () => copy(made, text)));
    made.setAttribute("aria-label", `Copy ${key}`);
  }
  return table;
}

function sent(files) {
  const table = facts(
    files.map(([name, , bytes]) => [name, fileSize(bytes)]),
    "Sent to S3",
  );
  files.forEach(([, uri], at) => (table.rows[at].title = uri));
  return table;
}

function render({ model, el }) {
  el.classList.add("omnidomain-details");
  const send = (kind) => model.send({ kind, id: model.get("run").run_id });
  const head = el.appendChild(node("div", "bar head"));
  const title = head.appendChild(node("span", "title"));
  const actions = {
    cancel: head.appendChild(button("Cancel this run", "quiet", () => send("cancel"))),
    resume: head.appendChild(button("Resume", "quiet", () => send("resume"))),
    results: head.appendChild(button("Results", "quiet", () => send("results"))),
    submission: head.appendChild(
      button("Its whole submission", "quiet", () => model.send({ kind: "submission", id: model.get("run").submission_id })),
    ),
    python: head.appendChild(button("Copy as Python", "quiet", (event) => copy(event.target, model.get("run").python))),
    close: head.appendChild(button("Close", "quiet", () => send("close"))),
  };
  const trouble = el.appendChild(node("p", "trouble"));
  const times = el.appendChild(node("div"));
  const columns = el.appendChild(node("div", "columns"));
  const logPart = columns.appendChild(node("section"));
  const error = logPart.appendChild(node("div"));
  error.appendChild(node("h4", "", "Nextflow's error"));
  const errorLines = ownKeys(error.appendChild(node("pre", "error")));
  errorLines.tabIndex = 0;
  errorLines.setAttribute("aria-label", "Nextflow's error");
  const logHead = logPart.appendChild(node("h4", "", "Log"));
  const logNote = logHead.appendChild(node("span", "muted small"));
  const log = ownKeys(logPart.appendChild(node("pre", "log")));
  log.tabIndex = 0;
  log.setAttribute("role", "log");
  log.setAttribute("aria-label", "Log of this run");
  const sidePart = columns.appendChild(node("section"));
  el.addEventListener("keydown", (event) => {
    if (event.key === "Escape") send("close");
  });

  const drawHead = () => {
    const run = model.get("run");
    el.hidden = !run.run_id;
    if (!run.run_id) return;
    title.replaceChildren(node("b", "", run.sample), node("span", "muted", run.pipeline), badge(run.status));
    if (run.reason) title.appendChild(node("span", "why", run.reason));
    actions.cancel.hidden = run.ended || run.status === "UNKNOWN";
    actions.resume.hidden = !run.resumable;
    actions.submission.hidden = !run.submission_id;
    actions.results.hidden = run.status !== "COMPLETED";
    setText(trouble, model.get("trouble"));
    trouble.hidden = !model.get("trouble");
  };
  const drawTimes = () => {
    times.replaceChildren(timeline(model.get("history"), model.get("run").ended));
    tick();
  };
  // Drawn once for a run: somebody may be selecting text in it.
  const drawSide = () =>
    sidePart.replaceChildren(
      node("h4", "", "Row of the sheet"),
      facts(model.get("row"), "Row of the sheet"),
      node("h4", "", "Where"),
      facts(model.get("facts"), "Where"),
      ...(model.get("uploads").length ? [node("h4", "", "Sent to S3"), sent(model.get("uploads"))] : []),
    );
  const drawError = () => {
    const told = model.get("error");
    error.hidden = told.length === 0;
    setText(errorLines, told.join("\n"));
  };
  let shown = null;
  let lines = [];
  const drawLog = () => {
    const next = model.get("lines");
    const run = model.get("run");
    if (shown !== run.run_id) {
      shown = run.run_id;
      lines = [];
      log.replaceChildren();
      if (shown) el.scrollIntoView({ block: "nearest" });
    }
    const following = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
    const same = lines.every((line, at) => line === next[at]);
    if (!same || !lines.length) log.replaceChildren();
    const from = same ? lines.length : 0;
    if (next.length > from) log.append(`${next.slice(from).join("\n")}\n`);
    lines = next;
    if (following) log.scrollTop = log.scrollHeight;
    const part = model.get("log_cut") ? `its last ${next.length} lines` : "";
    setText(logNote, [part, run.ended ? "" : "following"].filter(Boolean).join(", "));
    if (!next.length) log.replaceChildren(node("span", "muted", run.ended ? "Nothing was printed." : "Nothing printed yet."));
  };
  const tick = () => {
    if (el.closest(".omnidomain-panel.silent")) return;
    const going = times.querySelector("[data-since]");
    if (going) setText(going, `for ${took(since(going.dataset.since), 0)}`);
  };
  const timer = setInterval(tick, 1000);
  const ends = [
    follow(model, "change:run change:trouble", drawHead),
    follow(model, "change:history change:run", drawTimes),
    follow(model, "change:row change:facts change:uploads", drawSide),
    follow(model, "change:error", drawError),
    follow(model, "change:lines change:log_cut change:run", drawLog),
  ];
  return () => {
    clearInterval(timer);
    ends.forEach((end) => end());
  };
}

export default { render };
