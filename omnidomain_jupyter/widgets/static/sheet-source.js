import { button, counted, follow, labelled, later, node, ownKeys, save, setText } from "./dom.js";
import { sampleForm } from "./sample-form.js";
import { sender } from "./sending.js";
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
  field.maxLength = 4096;
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

// The DataFrames of the notebook; a cell that makes another one adds it here.
function notebookFrame(model) {
  const select = node("select");
  const none = node("span", "muted");
  const field = labelled("Variable", select);
  const again = button("Take it again", "action", () => model.send({ kind: "again" }));
  select.addEventListener("change", () => {
    model.set("frame", select.value);
    model.save_changes();
  });
  const show = () => {
    const [own, frames] = [model.get("own_frame"), model.get("frames")];
    const offers = [["", own || "Choose a DataFrame"], ...frames.map(([name, rows]) => [name, `${name} · ${counted(rows, "row")}`])];
    const drawn = JSON.stringify(offers);
    if (select.dataset.drawn !== drawn) {
      select.dataset.drawn = drawn;
      select.replaceChildren(
        ...offers.map(([name, label]) => {
          const option = node("option", "", label);
          option.value = name;
          return option;
        }),
      );
    }
    select.value = model.get("frame");
    field.hidden = !own && frames.length === 0;
    again.hidden = !model.get("frame");
    const needed = model.get("columns").filter((column) => column.required);
    none.hidden = !field.hidden;
    setText(none, `A DataFrame of this notebook with the columns ${needed.map((column) => column.name).join(", ")}, … appears here as soon as a cell has made it.`);
  };
  return { made: [field, again, none], show };
}

// The corrected sheet comes in pieces, each of which is asked for.
function savedSheet(model) {
  let whole = "";
  return (message) => {
    if (message.kind !== "corrected") return;
    whole = message.start === 0 ? message.text : whole + message.text;
    if (message.next === null) save(message.name, whole);
    else model.send({ kind: "corrected", start: message.next });
  };
}

function render({ model, el }) {
  el.classList.add("omnidomain-source");
  const id = `omnidomain-${Math.random().toString(36).slice(2)}`;
  const bar = el.appendChild(node("div", "bar"));
  bar.appendChild(node("span", "label", "Sheet"));
  const group = bar.appendChild(node("div", "choices"));
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", "Where the sheet comes from");
  const choose = (mode) => {
    model.set("mode", mode);
    model.save_changes();
    show();
  };
  const modes = model.get("modes").map(([mode, label]) => {
    const made = button(label, "choice", () => choose(mode));
    made.setAttribute("role", "radio");
    made.dataset.mode = mode;
    return group.appendChild(made);
  });
  group.addEventListener("keydown", (event) => {
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
  const told = { upload: node("span", "muted"), paste: node("span", "muted") };
  for (const each of Object.values(told)) each.setAttribute("role", "status");
  const sending = sender(model);
  let underWay = ""; // how far what is being sent is
  const sendTo = async (into, name, blob) => {
    try {
      await sending.send({ into, name }, blob, (text) => {
        underWay = text;
        show();
      });
    } catch (error) {
      setText(told[into], `${name} cannot be read: ${error.message}`);
    }
    underWay = "";
  };
  parts.upload.append(file, button("Choose a file", "action", () => file.click()), told.upload);
  const take = (chosen) => {
    if (!chosen) return;
    if (chosen.size > MOST) {
      setText(told.upload, `${chosen.name} is larger than 32 MB. Upload it with Jupyter's file browser and give its path.`);
      return;
    }
    if (model.get("mode") !== "upload") choose("upload");
    sendTo("upload", chosen.name, chosen);
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
  const pasted = later(400, () => sendTo("paste", "", new Blob([text.value])));
  text.addEventListener("input", () => pasted());
  parts.paste.append(text, told.paste);
  const frame = notebookFrame(model);
  parts.frame.append(...frame.made);
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
  const corrections = el.appendChild(node("div", "bar corrections"));
  const download = button("Download the corrected sheet", "link", () => {
    model.send({ kind: "corrected", start: 0 });
  });
  const afresh = button("Undo all corrections", "link", () => model.send({ kind: "afresh" }));
  corrections.append(node("span", "muted", "Corrected here; the original stays as it is."), download, afresh);

  const show = () => {
    const mode = model.get("mode");
    for (const made of modes) {
      const chosen = made.dataset.mode === mode;
      made.setAttribute("aria-checked", String(chosen));
      made.tabIndex = chosen ? 0 : -1;
    }
    for (const [name, part] of Object.entries(parts)) part.hidden = name !== mode;
    const given = underWay || model.get("given") || (mode === "upload" ? "or drop it here: .tsv, .csv or .xlsx" : "");
    if (told[mode]) setText(told[mode], given);
    front.hidden = !model.get("ask_folder");
    path.show();
    folder.show();
    frame.show();
    form.show();
    setText(note, model.get("note"));
    note.dataset.tone = model.get("tone");
    note.hidden = !model.get("note");
    corrections.hidden = !model.get("corrected") || mode === "form";
  };
  const offer = () =>
    lists.replaceChildren(
      choices(`${id}-sheets`, model.get("sheets")),
      choices(`${id}-folders`, model.get("folders")),
      choices(`${id}-reads`, model.get("reads")),
    );
  const ends = [
    follow(model, "change:sheets change:folders change:reads", offer),
    follow(model, "change:mode change:path change:folder change:given change:frames change:frame change:own_frame change:columns change:samples change:issues change:ask_folder change:note change:tone change:corrected", show),
  ];
  const onMessage = savedSheet(model);
  model.on("msg:custom", onMessage);
  return () => {
    model.off("msg:custom", onMessage);
    sending.end();
    ends.forEach((end) => end());
  };
}

export default { render };
