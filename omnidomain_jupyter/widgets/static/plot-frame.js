import { node, shape } from "./dom.js";
// The frame of a plot: two axes, their marks, and where a value is.
const HIGH = 240;
const EDGE = { top: 22, right: 12, bottom: 36, left: 40 };

// Whole numbers, or 1, 2 or 5 times a power of ten, about `many` of them.
function marks(low, high, many) {
  const rough = (high - low) / many || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, at) => (first + at) * step);
}

function powers(low, high) {
  const all = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    all.push(...[1, 2, 5].map((times) => times * power).filter((mark) => mark >= low && mark <= high));
  }
  return all;
}

const short = (value) =>
  value >= 1e6 ? `${value / 1e6} M` : value >= 1e4 ? `${value / 1e3} k` : value.toLocaleString("en", { maximumFractionDigits: 1 });

// Returns the frame as an SVG and how values become places in it.
export function plotFrame(width, x, values, { log, x_label, y_label }) {
  const [left, right] = [EDGE.left, Math.max(EDGE.left + 80, width - EDGE.right)];
  const [top, bottom] = [EDGE.top, HIGH - EDGE.bottom];
  const scale = log ? Math.log : (value) => value;
  const [first, last] = [scale(x[0]), scale(x[x.length - 1])];
  const across = (value) => left + ((scale(value) - first) / (last - first || 1)) * (right - left);
  // From 0 on: a fall from 38 to 36 must not look like one to nothing.
  const most = values.reduce((a, b) => Math.max(a, b), 0) || 1;
  const up = marks(0, most, 4);
  const step = up[1] - up[0] || most;
  const high = Math.max(most, Math.ceil(most / step - 1e-9) * step);
  const down = (value) => bottom - (value / high) * (bottom - top);

  const made = shape("svg", { viewBox: `0 0 ${width} ${HIGH}`, width, height: HIGH, role: "img" });
  const add = (tag, attributes, text) => made.appendChild(shape(tag, attributes, text));
  for (const mark of marks(0, high, 4)) {
    add("line", { class: "grid", x1: left, x2: right, y1: down(mark), y2: down(mark) });
    add("text", { x: left - 6, y: down(mark) + 4, "text-anchor": "end" }, short(mark));
  }
  const all = log ? powers(x[0], x[x.length - 1]) : marks(x[0], x[x.length - 1], Math.min(8, width / 80));
  let before = -Infinity;
  for (const mark of all) {
    const at = across(mark);
    add("line", { class: "tick", x1: at, x2: at, y1: bottom, y2: bottom + 4 });
    if (at - before < 36) continue;
    add("text", { x: Math.min(at, right - 8), y: bottom + 16, "text-anchor": "middle" }, short(mark));
    before = at;
  }
  add("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom });
  add("text", { class: "name", x: 0, y: 11 }, y_label);
  add("text", { class: "name", x: right, y: HIGH - 4, "text-anchor": "end" }, x_label);
  return { made, across, down, left, right, top, bottom, shown: short };
}

// A line through the values; where there is none, it ends and begins again.
export function path(x, values, { across, down }) {
  let text = "";
  let open = false;
  values.forEach((value, at) => {
    if (value === null) open = false;
    else {
      text += `${open ? "L" : "M"}${across(x[at]).toFixed(1)} ${down(value).toFixed(1)}`;
      open = true;
    }
  });
  return text;
}

// What there is to read where the pictures are not seen.
export function valueTable(lines, x, shown) {
  const table = node("table");
  const head = table.createTHead().insertRow();
  for (const name of ["Sample", "First", "Lowest", "Median", "Highest", "Last"]) {
    head.appendChild(node("th", name === "Sample" ? "" : "number", name)).scope = "col";
  }
  const body = table.createTBody();
  for (const { label, y } of lines) {
    const there = y.filter((value) => value !== null);
    const sorted = [...there].sort((a, b) => a - b);
    const line = body.insertRow();
    line.appendChild(node("th", "", label)).scope = "row";
    const told = [there[0], sorted[0], sorted[sorted.length >> 1], sorted.at(-1), there.at(-1)];
    for (const value of told) line.appendChild(node("td", "number", value === undefined ? "" : shown(value)));
  }
  return table;
}
