import { follow, node, setText, turnButton } from "./dom.js";
import { badge } from "./status.js";
import { ago } from "./time.js";
import { fileList } from "./file-list.js";
import { numberBars } from "./numbers.js";
import { filePreview } from "./preview.js";
import { profilePlot } from "./profile-plot.js";
import { folderLink } from "./server-links.js";
// A finished run: its files by phase, one of them from near, and the numbers of its submission.
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
  const files = fileList(model, (path) => send("file", path));
  columns.appendChild(files.made);
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
        const twice = all.filter((each) => each.sample === choice?.sample).length > 1;
        const which = twice ? ` · ${choice.run_id.slice(0, 8)}` : "";
        const failed = choice?.status === "FAILED" ? ", failed" : "";
        const option = node("option", "", choice ? `${choice.sample} · ${choice.pipeline}${when}${failed}${which}` : "choose a finished run");
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
    if (place.title !== (run.outdir ?? "")) {
      // There is no folder where the outputs are not below the server's root, or never came to be.
      const link = run.folder ? folderLink(run.folder, run.folder) : null;
      place.replaceChildren(link ?? run.outdir ?? "");
      place.title = run.outdir ?? "";
    }
  };
  const drawFiles = () => {
    columns.hidden = model.get("files_total") === 0 && model.get("folders").length === 0;
    files.show();
  };
  const ends = [
    follow(model, "change:choices change:run change:note", offer),
    follow(model, "change:files_key change:files_total change:folders change:run change:saved change:saved_in", drawFiles),
    follow(model, "change:shown", () => {
      files.mark();
      preview.show();
    }),
    follow(model, "change:numbers change:run", bars.show),
    follow(model, "change:plot", profiles.show),
  ];
  const onMessage = (message, buffers) => {
    preview.piece(message, buffers);
    files.piece(message);
  };
  model.on("msg:custom", onMessage);
  return () => {
    model.off("msg:custom", onMessage);
    preview.end();
    profiles.end();
    ends.forEach((end) => end());
  };
}

export default { render };
