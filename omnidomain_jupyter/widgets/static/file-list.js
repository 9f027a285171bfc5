import { button, counted, fileSize, node, ownKeys, setText } from "./dom.js";
import { folderLink, resultUrl, signedInLink } from "./server-links.js";
// The files of a run by phase: each can be looked at, opened and downloaded, and any be saved
// among one's own files.
function byPhase(files) {
  const phases = new Map();
  files.forEach(([path, bytes], index) => {
    const at = path.indexOf("/");
    const phase = at < 0 ? "" : path.slice(0, at);
    if (!phases.has(phase)) phases.set(phase, []);
    phases.get(phase).push({ path, bytes, index });
  });
  return [...phases].sort(([a], [b]) => (a === "" ? -1 : b === "" ? 1 : a.localeCompare(b)));
}

export function fileList(model, look) {
  const made = ownKeys(node("nav", "files"));
  made.setAttribute("aria-label", "Files of this run");
  const told = node("p", "small told");
  told.setAttribute("role", "status");
  const list = node("div", "list");
  const bar = node("div", "bar save");
  const folder = node("input");
  folder.type = "text";
  folder.placeholder = "the first folder";
  const save = bar.appendChild(
    button("", "quiet", () =>
      model.send({
        kind: "save",
        key: state.key,
        files: [...state.chosen].sort((a, b) => a - b),
        folder: folder.value.trim(),
        overwrite: replace.checked,
      }),
    ),
  );
  folder.setAttribute("aria-label", "Folder to save them in");
  const replace = node("input");
  replace.type = "checkbox";
  const replaces = node("label", "small");
  replaces.append(replace, " replace files that are there");
  bar.append(folder, replaces);
  made.append(list, bar, told);
  let state = { key: null, files: [], chosen: new Set(), asked: false, folders: "[]", focus: null };

  const choose = () => {
    bar.hidden = state.chosen.size === 0;
    setText(save, `Save ${counted(state.chosen.size, "file")} to my files`);
  };
  const link = (text, name, address) => {
    const found = node("a", "", text);
    found.href = address;
    found.rel = "noopener";
    found.setAttribute("aria-label", `${text} ${name}`);
    return signedInLink(found, model, (wrong) => {
      setText(told, wrong);
      told.hidden = !wrong;
    });
  };
  const item = ({ path, bytes, index }, phase) => {
    const line = node("li");
    const name = phase ? path.slice(phase.length + 1) : path;
    const box = line.appendChild(node("input"));
    box.type = "checkbox";
    box.setAttribute("aria-label", `Choose ${name}`);
    box.checked = state.chosen.has(index);
    box.addEventListener("change", () => {
      state.chosen[box.checked ? "add" : "delete"](index);
      choose();
    });
    const open = line.appendChild(button(name, "file", () => look(path)));
    open.dataset.path = path;
    open.title = path;
    const below = line.appendChild(node("span", "below small"));
    below.appendChild(node("span", "muted number", fileSize(bytes)));
    const run = model.get("run").run_id;
    if (resultUrl(run, path)) {
      const apart = below.appendChild(link("open", name, resultUrl(run, path)));
      apart.target = "_blank";
      const kept = below.appendChild(link("download", name, resultUrl(run, path, true)));
      kept.setAttribute("download", "");
    }
    return line;
  };
  // Of a run with very many files, a folder's come when they are wanted, some at a time.
  const opener = (phase, begun) => {
    const place = phase || "no folder";
    const made = button(begun ? "show more of them" : "show its files", "link small", () => {
      state.focus = state.files.length;
      model.send({ kind: "folder", id: phase || "." });
    });
    made.setAttribute("aria-label", begun ? `Show more files of ${place}` : `Show the files of ${place}`);
    return made;
  };
  const draw = () => {
    state.folders = JSON.stringify(model.get("folders"));
    const folders = new Map(model.get("folders").map(([name, begun]) => [name === "." ? "" : name, begun]));
    const phases = byPhase(state.files);
    const known = new Set(phases.map(([phase]) => phase));
    const later = [...folders.keys()].filter((phase) => !known.has(phase)).map((phase) => [phase, []]);
    const all = [...phases, ...later].sort(([a], [b]) => (a === "" ? -1 : b === "" ? 1 : a.localeCompare(b)));
    const { scrollTop } = list;
    list.replaceChildren(
      ...all.flatMap(([phase, members]) => {
        const total = members.reduce((sum, file) => sum + file.bytes, 0);
        const head = node("h4", "", phase || "Reports and tables");
        const count = folders.has(phase) ? `the first ${counted(members.length, "file")}` : `${counted(members.length, "file")}, ${fileSize(total)}`;
        if (members.length) head.appendChild(node("span", "muted", count));
        const items = node("ul");
        items.append(...members.map((file) => item(file, phase)));
        return [head, ...(members.length ? [items] : []), ...(folders.has(phase) ? [opener(phase, folders.get(phase))] : [])];
      }),
    );
    list.scrollTop = scrollTop;
    // The button that asked for them is gone: whoever uses the keyboard goes on at the first of them.
    const first = state.focus === null ? undefined : state.files[state.focus];
    if (first) {
      [...list.querySelectorAll(".file")].find((open) => open.dataset.path === first[0])?.focus();
      state.focus = null;
    }
    choose();
    mark();
  };
  const ask = () => {
    state.asked = true;
    model.send({ kind: "files", start: state.files.length });
  };
  const show = () => {
    const key = model.get("files_key");
    if (key !== state.key) {
      state = { key, files: [], chosen: new Set(), asked: false, folders: "[]", focus: null };
      replace.checked = false;
      folder.value = model.get("run").sample ? `results/${model.get("run").sample.replaceAll("/", "_")}` : "";
      draw();
      if (model.get("files_total")) ask();
    } else if (!state.asked && state.files.length < model.get("files_total")) ask();
    const folders = JSON.stringify(model.get("folders"));
    if (folders !== state.folders && !state.asked) draw();
    tell();
  };
  // Told anew only when it is news: the same line tells of a link that did not work.
  const tell = () => {
    const [saved, where] = [model.get("saved"), model.get("saved_in")];
    const news = JSON.stringify([saved, where]);
    if (news !== told.dataset.saved) {
      const link = where === null ? null : folderLink("Show the folder", where);
      told.replaceChildren(saved, ...(link ? [" ", link] : []));
    }
    told.dataset.saved = news;
    told.hidden = !told.textContent;
  };
  const piece = (message) => {
    if (message.kind !== "files" || message.key !== state.key || message.start !== state.files.length) return;
    state.files.push(...message.files);
    if (state.files.length < model.get("files_total")) ask();
    else {
      state.asked = false;
      draw();
    }
  };
  const mark = () => {
    const path = model.get("shown").path;
    for (const open of list.querySelectorAll(".file")) {
      if (open.dataset.path === path) open.setAttribute("aria-current", "true");
      else open.removeAttribute("aria-current");
    }
  };
  return { made, show, piece, mark };
}
