import { button, counted, follow, node, ownKeys, setText, turnButton } from "./dom.js";
import { badge } from "./status.js";
import { ago } from "./time.js";
import { numberBars } from "./numbers.js";
import { filePreview } from "./preview.js";
import { profilePlot } from "./profile-plot.js";
// A finished run: its files by phase, one of them from near, and the numbers of its submission.
function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const at = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3) - 1);
  const value = bytes / 1000 ** (at + 1);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
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

function byPhase(files) {
  const phases = new Map();
  for (const file of files) {
    const at = file[0].indexOf("/");
    const phase = at < 0 ? "" : file[0].slice(0, at);
    if (!phases.has(phase)) phases.set(phase, []);
    phases.get(phase).push(file);
  }
  return [...phases].sort(([a], [b]) => (a === "" ? -1 : b === "" ? 1 : a.localeCompare(b)));
}

function render({ model, el }) {
  el.classList.add("omnidomain-results");
  const send = (kind, id) => model.send({ kind, id });
  const bar = el.appendChild(node("div", "bar"));
  const select = node("select");
  select.setAttribute("aria-label", "Finished run");
  const state = node("span");
  const place = node("span", "muted small place");
  bar.append(node("span", "label", "Run"), select, state, place);
  const note = el.appendChild(node("p", "muted"));
  note.setAttribute("role", "status");
  const start = el.appendChild(turnButton("See your runs", "monitor"));
  const bars = numberBars(model, (id) => send("run", id));
  const profiles = profilePlot(model, (name) => send("profile", name));
  el.append(bars.made, profiles.made);
  const columns = el.appendChild(node("div", "columns"));
  const list = ownKeys(columns.appendChild(node("nav", "files")));
  list.setAttribute("aria-label", "Files of this run");
  const preview = filePreview(model);
  columns.appendChild(preview.made);

  select.addEventListener("change", () => select.value && send("run", select.value));
  const offer = () => {
    const [choices, run] = [model.get("choices"), model.get("run")];
    const known = choices.some((choice) => choice.run_id === run.run_id);
    const all = known || !run.run_id ? choices : [run, ...choices];
    // Redrawn only when there is something new: it may be open.
    const key = JSON.stringify([all, run.run_id]);
    if (select.dataset.key !== key) select.replaceChildren(
      ...[null, ...all].map((choice) => {
        const when = choice?.created_at ? `, ${ago(choice.created_at)}` : "";
        const failed = choice?.status === "FAILED" ? ", failed" : "";
        const option = node("option", "", choice ? `${choice.sample} · ${choice.pipeline}${when}${failed}` : "choose a finished run");
        option.value = choice?.run_id ?? "";
        return option;
      }),
    );
    select.dataset.key = key;
    select.value = run.run_id ?? "";
    select.disabled = all.length === 0;
    const empty = "No results yet. When a run has completed, its reports and tables are here.";
    setText(note, model.get("note") || (all.length ? (run.run_id ? "" : "Choose a run to see its files.") : empty));
    note.hidden = !note.textContent;
    start.hidden = all.length > 0;
    state.replaceChildren(...(run.status ? [badge(run.status)] : []));
    setText(place, run.outdir ?? "");
  };
  const drawFiles = () => {
    const files = model.get("files");
    const base = filesUrl();
    columns.hidden = files.length === 0;
    list.replaceChildren(
      ...byPhase(files).flatMap(([phase, members]) => {
        const total = members.reduce((sum, file) => sum + file[1], 0);
        const head = node("h4", "", phase || "Reports and tables");
        head.appendChild(node("span", "muted", `${counted(members.length, "file")}, ${size(total)}`));
        const items = node("ul");
        for (const [path, bytes, link] of members) {
          const item = items.appendChild(node("li"));
          const name = phase ? path.slice(phase.length + 1) : path;
          const open = item.appendChild(button(name, "file", () => send("file", path)));
          open.dataset.path = path;
          open.title = path;
          item.appendChild(node("span", "muted small number", size(bytes)));
          if (!link || !base) continue;
          const apart = item.appendChild(node("a", "small", "open"));
          apart.href = base + link.split("/").map(encodeURIComponent).join("/");
          apart.target = "_blank";
          apart.rel = "noopener";
          apart.setAttribute("aria-label", `Open ${name} in a tab of its own`);
        }
        return [head, items];
      }),
    );
    mark();
  };
  const mark = () => {
    const path = model.get("shown").path;
    for (const open of list.querySelectorAll(".file")) {
      if (open.dataset.path === path) open.setAttribute("aria-current", "true");
      else open.removeAttribute("aria-current");
    }
  };
  const ends = [
    follow(model, "change:choices change:run change:note", offer),
    follow(model, "change:files", drawFiles),
    follow(model, "change:shown", () => {
      mark();
      preview.show();
    }),
    follow(model, "change:numbers change:numbers_note", bars.show),
    follow(model, "change:plot", profiles.show),
  ];
  const onMessage = (message, buffers) => preview.piece(message, buffers);
  model.on("msg:custom", onMessage);
  if (["html", "image"].includes(model.get("shown").kind)) model.send({ kind: "content" });
  return () => {
    model.off("msg:custom", onMessage);
    preview.end();
    profiles.end();
    ends.forEach((end) => end());
  };
}

export default { render };
