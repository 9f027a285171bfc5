import { counted, node, setText } from "./dom.js";
// One file from near. A report runs its own scripts, and in a frame without this page's origin:
// it reaches neither the notebook nor Jupyter.
const PICTURES = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp" };

function tableOf({ columns, rows, numeric, total }) {
  const frame = node("div", "table-frame");
  frame.tabIndex = 0;
  const table = frame.appendChild(node("table"));
  const head = table.createTHead().insertRow();
  columns.forEach((name, at) => (head.appendChild(node("th", numeric[at] ? "number" : "", name)).scope = "col"));
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((text, at) => line.appendChild(node("td", numeric[at] ? "number" : "", text)));
  }
  const some = (shown, all, what) =>
    shown < all ? `the first ${shown} of ${counted(all, what)}` : counted(all, what);
  const told = `${some(rows.length, total[0], "row")}, ${some(columns.length, total[1], "column")}`;
  return [frame, node("p", "muted small", told)];
}

export function filePreview(model) {
  const made = node("section", "preview");
  const title = made.appendChild(node("h4"));
  const body = made.appendChild(node("div"));
  let pieces = null; // { key, bytes, have }
  let address = null;

  const show = () => {
    const shown = model.get("shown");
    setText(title, shown.path ?? "");
    made.hidden = !shown.path;
    if (shown.kind === "table") body.replaceChildren(...tableOf(shown));
    else if (shown.kind === "text") {
      const text = node("pre", "", shown.text);
      text.tabIndex = 0;
      body.replaceChildren(text, ...(shown.cut ? [node("p", "muted small", "Only its beginning is shown.")] : []));
    } else if (shown.kind === "told") body.replaceChildren(node("p", "muted", shown.text));
    else if (pieces && pieces.key === shown.key && pieces.have >= pieces.bytes.length) whole(shown.path, pieces.bytes);
    else body.replaceChildren(node("p", "muted", "Opening …"));
  };
  const whole = (path, bytes) => {
    end();
    if (model.get("shown").kind === "html") {
      const frame = node("iframe");
      frame.setAttribute("sandbox", "allow-scripts");
      frame.title = path;
      frame.srcdoc = new TextDecoder().decode(bytes);
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
    if (message.at === 0 || pieces?.key !== message.key) {
      pieces = { key: message.key, bytes: new Uint8Array(message.of), have: 0 };
    }
    const view = buffers[0];
    const part = new Uint8Array(view.buffer ?? view, view.byteOffset ?? 0, view.byteLength);
    pieces.bytes.set(part, message.at);
    pieces.have += part.length;
    if (pieces.have >= message.of) show();
  };
  const end = () => {
    if (address) URL.revokeObjectURL(address);
    address = null;
  };
  return { made, show, piece, end };
}
