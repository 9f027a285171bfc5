import { button, follow, labelled, later, node, ownKeys, setText } from "./dom.js";
import { sampleForm } from "./sample-form.js";
// Where the sheet comes from. Files and pasted text go to the kernel, and stay nowhere else.
const MOST = 32 * 1024 * 1024; // bytes of a file

function choices(id, paths) {
  const list = node("datalist");
  list.id = id;
  list.append(
    ...paths.map((path) => {
      const option = node("option");
      option.value = path;
      return option;
    }),
  );
  return list;
}

function pathField(model, name, label, placeholder, id) {
  const field = node("input");
  field.type = "text";
  field.placeholder = placeholder;
  field.setAttribute("list", id);
  field.spellcheck = false;
  const commit = () => {
    if (model.get(name) === field.value.trim()) return;
    model.set(name, field.value.trim());
    model.save_changes();
  };
  field.addEventListener("change", commit);
  field.addEventListener("keydown", (event) => event.key === "Enter" && commit());
  const made = ownKeys(labelled(label, field));
  return { made, show: () => document.activeElement !== field && (field.value = model.get(name)) };
}

function render({ model, el }) {
  el.classList.add("omnidomain-source");
  const id = `omnidomain-${Math.random().toString(36).slice(2)}`;
  const bar = el.appendChild(node("div", "bar"));
  bar.setAttribute("role", "radiogroup");
  bar.setAttribute("aria-label", "Where the sheet comes from");
  bar.appendChild(node("span", "label", "Sheet"));
  const choose = (mode) => {
    model.set("mode", mode);
    model.save_changes();
    show();
  };
  const modes = model.get("modes").map(([mode, label]) => {
    const made = button(label, "choice", () => choose(mode));
    made.setAttribute("role", "radio");
    made.dataset.mode = mode;
    return bar.appendChild(made);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = modes.findIndex((made) => made.dataset.mode === model.get("mode"));
    const next = modes[(at + step + modes.length) % modes.length];
    choose(next.dataset.mode);
    next.focus();
  });

  const body = el.appendChild(node("div", "source-body"));
  const parts = Object.fromEntries(
    ["server", "upload", "paste", "folder", "form", "frame"].map((mode) => [mode, body.appendChild(node("div", "bar"))]),
  );
  const path = pathField(model, "path", "Path", "samples.tsv, then Enter", `${id}-sheets`);
  parts.server.append(path.made, button("Check again", "action", () => model.send({ kind: "again" })));
  const folder = pathField(model, "folder", "Folder", "reads, or s3://bucket/reads, then Enter", `${id}-folders`);
  parts.folder.append(folder.made, button("Find the files", "action", () => model.send({ kind: "again" })));
  const lists = el.appendChild(node("div"));

  const file = node("input");
  file.type = "file";
  file.accept = ".tsv,.csv,.txt,.xlsx";
  file.setAttribute("aria-label", "Sample sheet from this computer");
  file.hidden = true; // the browser's own button cannot be made to look like ours
  const told = { upload: node("span", "muted"), paste: node("span", "muted"), frame: node("span", "muted") };
  parts.upload.append(file, button("Choose a file", "action", () => file.click()), told.upload);
  const take = async (chosen) => {
    if (!chosen) return;
    if (chosen.size > MOST) {
      setText(told.upload, `${chosen.name} is larger than 32 MB. Upload it with Jupyter's file browser and give its path.`);
      return;
    }
    model.send({ kind: "upload", name: chosen.name }, undefined, [await chosen.arrayBuffer()]);
    file.value = "";
  };
  file.addEventListener("change", () => take(file.files[0]));
  el.addEventListener("dragover", (event) => event.preventDefault());
  el.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    take(event.dataTransfer.files[0]);
  });

  const text = ownKeys(node("textarea"));
  text.rows = 5;
  text.placeholder = "Paste the sheet with its header";
  text.setAttribute("aria-label", "Sheet text");
  text.spellcheck = false;
  const pasted = later(400, () => model.send({ kind: "paste", text: text.value }));
  text.addEventListener("input", () => pasted());
  parts.paste.append(text, told.paste);
  parts.frame.append(told.frame);
  const form = sampleForm(model, `${id}-reads`);
  parts.form.append(form.made);
  const front = ownKeys(el.appendChild(node("div", "bar front")));
  const where = node("input");
  where.type = "text";
  where.placeholder = "folder on this server";
  where.setAttribute("list", `${id}-folders`);
  const put = () => model.send({ kind: "folder", folder: where.value });
  where.addEventListener("keydown", (event) => event.key === "Enter" && put());
  front.append(labelled("Its files are in", where), button("Put it in front of their names", "action", put));
  const note = el.appendChild(node("p", "source-note"));
  note.setAttribute("role", "status");
  const afresh = el.appendChild(button("Undo all corrections", "quiet", () => model.send({ kind: "afresh" })));

  const show = () => {
    const mode = model.get("mode");
    for (const made of modes) {
      const chosen = made.dataset.mode === mode;
      made.setAttribute("aria-checked", String(chosen));
      made.tabIndex = chosen ? 0 : -1;
    }
    for (const [name, part] of Object.entries(parts)) part.hidden = name !== mode;
    if (told[mode]) setText(told[mode], model.get("given") || (mode === "upload" ? "or drop it here: .tsv, .csv or .xlsx" : ""));
    front.hidden = !model.get("ask_folder");
    path.show();
    folder.show();
    form.show();
    setText(note, model.get("note"));
    note.dataset.tone = model.get("tone");
    note.hidden = !model.get("note");
    afresh.hidden = !model.get("corrected") || ["form", "folder"].includes(mode);
  };
  const offer = () =>
    lists.replaceChildren(
      choices(`${id}-sheets`, model.get("sheets")),
      choices(`${id}-folders`, model.get("folders")),
      choices(`${id}-reads`, model.get("reads")),
    );
  const ends = [
    follow(model, "change:sheets change:folders change:reads", offer),
    follow(model, "change:mode change:path change:folder change:given change:columns change:samples change:issues change:ask_folder change:note change:tone change:corrected", show),
  ];
  return () => ends.forEach((end) => end());
}

export default { render };
