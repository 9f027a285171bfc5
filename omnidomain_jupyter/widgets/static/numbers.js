import { button, counted, node, setText, shape } from "./dom.js";
import { resultsCsvUrl, signedInLink } from "./server-links.js";
// The numbers of a submission's samples, side by side, each with its bar; of many samples only
// some are lines, and above each column stands how all of them are spread.
const HIGH = 28; // of the spread, in its own units

function written(value, share) {
  if (value === null) return "";
  if (share) return (100 * value).toFixed(1);
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}

function bar(share) {
  const drawn = shape("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const [kind, width] of [["whole", 100], ["part", Math.max(share > 0 ? 0.5 : 0, 100 * share)]]) {
    drawn.appendChild(shape("rect", { class: kind, width: width.toFixed(2), height: 8 }));
  }
  return drawn;
}

// How many samples have how much; the place of the run that is looked at is lit.
function spread({ low, high, bins }, own, share) {
  const most = Math.max(...bins);
  const drawn = shape("svg", { class: "spread", viewBox: `0 0 ${bins.length} ${HIGH}`, preserveAspectRatio: "none", role: "img" });
  const lit = new Set(own.map((value) => Math.min(bins.length - 1, Math.floor(((value - low) / (high - low || 1)) * bins.length))));
  bins.forEach((count, at) => {
    const height = count ? Math.max(1.5, (HIGH * count) / most) : 0;
    drawn.appendChild(shape("rect", { class: lit.has(at) ? "bin lit" : "bin", x: at + 0.08, y: HIGH - height, width: 0.84, height }));
  });
  const told = `from ${written(low, share)} to ${written(high, share)}`;
  drawn.setAttribute("aria-label", told);
  const cell = node("td", "value");
  const ends = node("span", "ends muted small");
  ends.append(node("span", "", written(low, share)), node("span", "", written(high, share)));
  cell.append(drawn, ends);
  return cell;
}

export function numberBars(model, open) {
  const made = node("section", "numbers");
  const title = made.appendChild(node("h4", "", "Numbers of the submission's samples"));
  const note = title.appendChild(node("span", "muted"));
  const csv = title.appendChild(node("a", "small", "download all as CSV"));
  const told = made.appendChild(node("p", "small told"));
  told.setAttribute("role", "status");
  signedInLink(csv, model, (wrong) => setText(told, wrong));
  csv.setAttribute("download", "");
  const frame = made.appendChild(node("div", "frame"));
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", "Numbers of the submission's samples");
  let order = { at: null, down: true };

  const head = (columns, files) => {
    const row = node("tr");
    for (const name of files ? ["Sample", "File"] : ["Sample"]) row.appendChild(node("th", "", name)).scope = "col";
    columns.forEach(({ name }, at) => {
      const cell = row.appendChild(node("th"));
      cell.scope = "col";
      const chosen = order.at === at;
      cell.setAttribute("aria-sort", chosen ? (order.down ? "descending" : "ascending") : "none");
      const arrow = chosen ? (order.down ? " ↓" : " ↑") : "";
      cell.appendChild(
        button(name + arrow, "link", () => {
          order = { at, down: chosen ? !order.down : true };
          show();
          made.querySelectorAll("th button")[at]?.focus();
        }),
      );
    });
    return row;
  };
  const line = (row, before, files, columns, tops) => {
    const made = node("tr");
    if (row.chosen) made.setAttribute("aria-current", "true");
    const sample = made.appendChild(node("th"));
    sample.scope = "row";
    if (row.run_id !== before || order.at !== null) {
      const name = sample.appendChild(button(row.sample, "link", () => open(row.run_id)));
      name.title = row.sample;
    }
    if (files) made.appendChild(node("td", "muted name", row.file)).title = row.file;
    columns.forEach(({ share }, at) => {
      const cell = made.appendChild(node("td", "value"));
      const value = row.values[at];
      if (value !== null) cell.append(bar(value / tops[at]), node("span", "number", written(value, share)));
    });
    return made;
  };
  const show = () => {
    const numbers = model.get("numbers");
    made.hidden = !numbers.rows?.length;
    if (made.hidden) return;
    const { columns, tops, note: said, count } = numbers;
    if (order.at >= columns.length) order = { at: null, down: true };
    const submission = model.get("run").submission_id;
    const address = submission && resultsCsvUrl(submission);
    csv.hidden = !address;
    if (address) csv.href = address;
    setText(note, said);
    const rows = [...numbers.rows];
    const files = rows.some((row) => row.file);
    const key = (row) => row.values[order.at] ?? -Infinity;
    if (order.at !== null) rows.sort((a, b) => (order.down ? key(b) - key(a) : key(a) - key(b)));
    const table = node("table");
    table.createTHead().appendChild(head(columns, files));
    const body = table.createTBody();
    if (numbers.spread.length) {
      const all = node("tr", "all");
      const name = all.appendChild(node("th", "muted", `all ${counted(count, "sample")}`));
      name.scope = "row";
      name.colSpan = files ? 2 : 1;
      const own = numbers.rows.filter((row) => row.chosen);
      numbers.spread.forEach((each, at) =>
        all.appendChild(spread(each, own.map((row) => row.values[at]).filter((value) => value !== null), columns[at].share)),
      );
      body.appendChild(all);
    }
    let before = null;
    for (const row of rows) {
      body.appendChild(line(row, before, files, columns, tops));
      before = row.run_id;
    }
    frame.replaceChildren(table);
  };
  return { made, show };
}
