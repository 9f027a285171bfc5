import { button, counted, node, ownKeys, setText } from "./dom.js";
import { resultUrl, signedInLink } from "./server-links.js";
// The files of a run by phase: each can be looked at, opened and downloaded, and any be saved
// among one's own files.
function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const at = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3) - 1);
  const value = bytes / 1000 ** (at + 1);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

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
      model.send({ kind: "save", key: state.key, files: [...state.chosen].sort((a, b) => a - b), folder: folder.value.trim() }),
    ),
  );
  folder.setAttribute("aria-label", "Folder to save them in");
  bar.append(folder);
  made.append(list, bar, told);
  let state = { key: null, files: [], chosen: new Set() };

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
    box.addEventListener("change", () => {
      state.chosen[box.checked ? "add" : "delete"](index);
      choose();
    });
    const open = line.appendChild(button(name, "file", () => look(path)));
    open.dataset.path = path;
    open.title = path;
    const below = line.appendChild(node("span", "below small"));
    below.appendChild(node("span", "muted number", size(bytes)));
    const run = model.get("run").run_id;
    if (resultUrl(run, path)) {
      const apart = below.appendChild(link("open", name, resultUrl(run, path)));
      apart.target = "_blank";
      const kept = below.appendChild(link("download", name, resultUrl(run, path, true)));
      kept.setAttribute("download", "");
    }
    return line;
  };
  const draw = () => {
    list.replaceChildren(
      ...byPhase(state.files).flatMap(([phase, members]) => {
        const total = members.reduce((sum, file) => sum + file.bytes, 0);
        const head = node("h4", "", phase || "Reports and tables");
        head.appendChild(node("span", "muted", `${counted(members.length, "file")}, ${size(total)}`));
        const items = node("ul");
        items.append(...members.map((file) => item(file, phase)));
        return [head, items];
      }),
    );
    choose();
    mark();
  };
  const ask = () => model.send({ kind: "files", start: state.files.length });
  const show = () => {
    const key = model.get("files_key");
    if (key !== state.key) {
      state = { key, files: [], chosen: new Set() };
      folder.value = model.get("run").sample ? `results/${model.get("run").sample.replaceAll("/", "_")}` : "";
      draw();
      if (model.get("files_total")) ask();
    }
    if (model.get("saved") || told.dataset.saved) setText(told, model.get("saved"));
    told.dataset.saved = model.get("saved");
    told.hidden = !told.textContent;
  };
  const piece = (message) => {
    if (message.kind !== "files" || message.key !== state.key || message.start !== state.files.length) return;
    state.files.push(...message.files);
    if (state.files.length < model.get("files_total")) ask();
    else draw();
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
