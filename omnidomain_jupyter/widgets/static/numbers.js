import { button, node, setText, shape } from "./dom.js";
// The numbers of a submission's samples, side by side, each with its bar.
const SHARE = (value) => `${(100 * value).toFixed(1)}`;
const COLUMNS = [
  { key: "reads", name: "Reads", text: (value) => value.toLocaleString("en") },
  { key: "q20", name: "Q20, % of reads", text: SHARE, top: 1 },
  { key: "gc", name: "GC, %", text: SHARE, top: 1 },
  { key: "length", name: "Mean length, bases", text: (value) => value.toFixed(0) },
];

function bar(share) {
  const drawn = shape("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const [kind, width] of [["whole", 100], ["part", Math.max(share > 0 ? 0.5 : 0, 100 * share)]]) {
    drawn.appendChild(shape("rect", { class: kind, width: width.toFixed(2), height: 8 }));
  }
  return drawn;
}

export function numberBars(model, open) {
  const made = node("section", "numbers");
  const title = made.appendChild(node("h4", "", "Reads of the submission's samples"));
  const note = title.appendChild(node("span", "muted"));
  const frame = made.appendChild(node("div", "frame"));
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", "Reads of the submission's samples");
  let order = { key: null, down: true };

  const show = () => {
    const numbers = [...model.get("numbers")];
    made.hidden = numbers.length === 0;
    setText(note, model.get("numbers_note"));
    if (order.key) numbers.sort((a, b) => (order.down ? b[order.key] - a[order.key] : a[order.key] - b[order.key]));
    const tops = COLUMNS.map(({ key, top }) => top ?? Math.max(1, ...numbers.map((row) => row[key])));
    const table = node("table");
    const head = table.createTHead().insertRow();
    for (const name of ["Sample", "File"]) head.appendChild(node("th", "", name)).scope = "col";
    for (const { key, name } of COLUMNS) {
      const cell = head.appendChild(node("th"));
      cell.scope = "col";
      const chosen = order.key === key;
      cell.setAttribute("aria-sort", chosen ? (order.down ? "descending" : "ascending") : "none");
      const arrow = chosen ? (order.down ? " ↓" : " ↑") : "";
      cell.appendChild(
        button(name + arrow, "link", () => {
          order = { key, down: chosen ? !order.down : true };
          show();
          made.querySelectorAll("th button")[COLUMNS.findIndex((column) => column.key === key)]?.focus();
        }),
      );
    }
    const body = table.createTBody();
    let before = null;
    for (const row of numbers) {
      const line = body.insertRow();
      if (row.chosen) line.setAttribute("aria-current", "true");
      const sample = line.appendChild(node("th"));
      sample.scope = "row";
      if (row.run_id !== before || order.key) sample.appendChild(button(row.sample, "link", () => open(row.run_id)));
      before = row.run_id;
      line.appendChild(node("td", "muted name", row.file)).title = row.file;
      COLUMNS.forEach(({ key, text }, at) => {
        const cell = line.appendChild(node("td", "value"));
        cell.append(bar(row[key] / tops[at]), node("span", "number", text(row[key])));
      });
    }
    frame.replaceChildren(table);
  };
  return { made, show };
}
