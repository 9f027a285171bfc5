import { counted, node, setText } from "./dom.js";
import { signedInLink, tablesCsvUrl } from "./server-links.js";
// One file from near. A report runs its own scripts, and in a frame without this page's origin:
// it reaches neither the notebook nor Jupyter.
const PICTURES = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", svg: "image/svg+xml" };

function tableOf({ columns, rows, more_rows, columns_total }) {
  const frame = node("div", "table-frame");
  frame.tabIndex = 0;
  const table = frame.appendChild(node("table"));
  const head = table.createTHead().insertRow();
  const numeric = columns.map(([, type]) => ["integer", "number"].includes(type));
  columns.forEach(([name, type], at) => {
    const cell = head.appendChild(node("th", numeric[at] ? "number" : "", name));
    cell.scope = "col";
    cell.appendChild(node("span", "type", type));
  });
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((text, at) => line.appendChild(node("td", numeric[at] ? "number" : "", text)));
  }
  const lines = more_rows ? `the first ${counted(rows.length, "row")}` : counted(rows.length, "row");
  const wide = columns.length < columns_total ? `the first ${columns.length} of ` : "";
  const told = `${lines}, ${wide}${counted(columns_total, "column")}`;
  return [frame, node("p", "muted small", told)];
}

export function filePreview(model) {
  const made = node("section", "preview");
  const title = made.appendChild(node("h4"));
  const name = title.appendChild(node("strong"));
  const all = title.appendChild(node("a", "small", "of all samples, as CSV"));
  all.setAttribute("download", "");
  const wrong = made.appendChild(node("p", "small told"));
  wrong.setAttribute("role", "status");
  signedInLink(all, model, (told) => setText(wrong, told));
  const body = made.appendChild(node("div"));
  let pieces = null; // { key, bytes, there: the places of its pieces, missing: bytes }
  let asked = null; // for the content of this key
  let address = null;

  const show = () => {
    const shown = model.get("shown");
    setText(name, shown.path ?? "");
    const submission = model.get("run").submission_id;
    const address = shown.of_all && submission && tablesCsvUrl(submission, shown.of_all);
    all.hidden = !address;
    if (address) all.href = address;
    setText(wrong, "");
    made.hidden = !shown.path;
    if (shown.kind === "table") body.replaceChildren(...tableOf(shown));
    else if (shown.kind === "text") {
      const text = node("pre", "", shown.text);
      text.tabIndex = 0;
      body.replaceChildren(text, ...(shown.cut ? [node("p", "muted small", "Only its beginning is shown.")] : []));
    } else if (shown.kind === "told") body.replaceChildren(node("p", "muted", shown.text));
    else if (pieces && pieces.key === shown.key && !pieces.missing) whole(shown.path, pieces.bytes);
    else {
      body.replaceChildren(node("p", "muted", "Opening …"));
      if (["html", "image"].includes(shown.kind) && asked !== shown.key) {
        asked = shown.key;
        model.send({ kind: "content", key: asked });
      }
    }
  };
  const whole = (path, bytes) => {
    end();
    if (model.get("shown").kind === "html") {
      const frame = node("iframe");
      frame.setAttribute("sandbox", "allow-scripts");
      frame.title = path;
      // A second doctype is nothing; a policy that stood behind the report's own would come late.
      const policy = `<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="${model.get("shown").policy}">`;
      frame.srcdoc = policy + new TextDecoder().decode(bytes);
      const report = node("div", "report");
      report.appendChild(frame);
      body.replaceChildren(report);
      return;
    }
    const picture = node("img");
    address = URL.createObjectURL(new Blob([bytes], { type: PICTURES[path.split(".").pop().toLowerCase()] }));
    picture.src = address;
    picture.alt = path;
    body.replaceChildren(picture);
  };
  const piece = (message, buffers) => {
    const shown = model.get("shown");
    if (message.kind !== "piece" || message.key !== shown.key) return;
    // Two views of this widget may have asked: every piece comes twice, and counts once.
    if (pieces?.key !== message.key || pieces.bytes.length !== message.of) {
      pieces = { key: message.key, bytes: new Uint8Array(message.of), there: new Set(), missing: message.of };
    }
    if (pieces.there.has(message.at)) return;
    pieces.there.add(message.at);
    const view = buffers[0];
    const part = new Uint8Array(view.buffer ?? view, view.byteOffset ?? 0, view.byteLength);
    pieces.bytes.set(part, message.at);
    pieces.missing -= part.length;
    if (!pieces.missing) show();
  };
  const end = () => {
    if (address) URL.revokeObjectURL(address);
    address = null;
  };
  return { made, show, piece, end };
}
