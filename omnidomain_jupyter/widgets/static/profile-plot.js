import { button, counted, node, setText, shape } from "./dom.js";
import { path, plotFrame, valueTable } from "./plot-frame.js";
// The curves of a submission's samples. One is lit: that of the run that is looked at, the one
// that is chosen, or the one under the pointer.
const KINDS = { quality: "Quality along the read", length: "Lengths of the reads", gc: "GC of the reads" };
const number = (value) => value.toLocaleString("en", { maximumFractionDigits: 1 });

export function profilePlot(model, choose) {
  const made = node("section", "profiles");
  const bar = made.appendChild(node("div", "bar"));
  bar.appendChild(node("h4", "", "Profiles of the submission's samples"));
  const kind = bar.appendChild(node("select"));
  kind.setAttribute("aria-label", "Profile");
  for (const [name, title] of Object.entries(KINDS)) kind.appendChild(node("option", "", title)).value = name;
  const which = bar.appendChild(node("select"));
  which.setAttribute("aria-label", "Sample to bring out");
  const drawing = made.appendChild(node("div", "drawing"));
  const reading = made.appendChild(node("p", "reading"));
  const unlike = made.appendChild(node("p", "unlike"));
  const details = made.appendChild(node("details"));
  details.appendChild(node("summary", "muted small", "As a table"));
  const frame = details.appendChild(node("div", "table-frame"));
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  let [width, chosen, pointed, lit, of] = [0, null, null, null, ""];
  let drawn = null; // the frame and the lines in it

  const plot = () => model.get("plot");
  const lines = () => plot().lines ?? [];
  const sentence = ({ label, y }) => {
    const at = y.flatMap((value, index) => (value === null ? [] : [index]));
    if (!at.length) return label;
    const x = (index) => number(Math.round(plot().x[index]));
    const low = at.reduce((a, b) => (y[b] < y[a] ? b : a));
    const high = at.reduce((a, b) => (y[b] > y[a] ? b : a));
    if (plot().name === "length") return `${label}: half of the reads have ${x(at.findLast((index) => y[index] >= 50) ?? 0)} bases or more`;
    if (plot().name === "gc") return `${label}: most reads have about ${x(high)} % GC`;
    return `${label}: best ${number(y[high])} at base ${x(high)}, worst ${number(y[low])} at base ${x(low)}`;
  };
  const light = (index, text) => {
    lit = index;
    drawn?.lines.forEach((line, at) => line.classList.toggle("lit", at === index));
    if (drawn && index !== null && drawn.lines[index]) drawn.top.before(drawn.lines[index]);
    const line = lines()[index];
    setText(reading, text ?? (line ? sentence(line) : "Point at a line to see whose it is."));
    const all = `${KINDS[plot().name] ?? ""}: ${plot().y_label} by ${plot().x_label}, ${counted(plot().count ?? 0, "file")}.`;
    drawn?.frame.made.setAttribute("aria-label", line ? `${all} ${sentence(line)}` : all);
  };
  const rest = () => {
    pointed = null;
    if (drawn) drawn.dot.setAttribute("hidden", "");
    light(chosen);
  };
  const point = (event) => {
    if (!drawn) return;
    const { across, down, made: picture } = drawn.frame;
    const box = picture.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    const x = plot().x;
    const at = x.reduce((a, value, b) => (Math.abs(across(value) - left) < Math.abs(across(x[a]) - left) ? b : a), 0);
    const away = (line) => (line.y[at] === null ? Infinity : Math.abs(down(line.y[at]) - top));
    const nearest = lines().reduce((a, line, b) => (a === null || away(line) < away(lines()[a]) ? b : a), null);
    if (nearest === null || away(lines()[nearest]) > 40) return rest();
    pointed = nearest;
    const line = lines()[nearest];
    drawn.dot.removeAttribute("hidden");
    drawn.dot.setAttribute("cx", across(x[at]));
    drawn.dot.setAttribute("cy", down(line.y[at]));
    light(nearest, `${line.label}: ${number(line.y[at])} at ${number(x[at])}`);
  };
  const bring = (index) => {
    chosen = index;
    which.value = index ?? "";
    rest();
  };

  const draw = () => {
    width = drawing.clientWidth;
    if (!width || !lines().length) return;
    const { x, band } = plot();
    const rows = [...lines().map((line) => line.y), ...Object.values(band)];
    const frame = plotFrame(width, x, rows.flat().filter((value) => value !== null), plot());
    const add = (tag, attributes) => frame.made.appendChild(shape(tag, attributes));
    if (band.low) {
      const there = x.flatMap((_, at) => (band.low[at] === null ? [] : [at]));
      const corner = (side) => (at) => `${frame.across(x[at]).toFixed(1)},${frame.down(band[side][at]).toFixed(1)}`;
      const around = [...there.map(corner("high")), ...there.reverse().map(corner("low"))];
      add("polygon", { class: "band", points: around.join(" ") });
      add("path", { class: "middle", d: path(x, band.middle, frame) });
    }
    const made = lines().map((line) => add("path", { class: line.unlike ? "line far" : "line", d: path(x, line.y, frame) }));
    const top = add("g", {});
    const dot = add("circle", { class: "dot", r: 4, hidden: "" });
    drawn = { frame, lines: made, top, dot };
    drawing.replaceChildren(frame.made);
    light(pointed ?? chosen);
  };
  const show = () => {
    const { name, count, note, band } = plot();
    made.hidden = !lines().length;
    if (made.hidden) return;
    kind.value = model.get("plot_name");
    const now = `${model.get("run").run_id} ${lines().map((line) => line.label).join("\n")}`;
    if (now !== of) {
      of = now;
      const own = lines().findIndex((line) => line.own);
      chosen = own < 0 ? null : own;
      const all = band.low ? `median of ${counted(count, "file")}` : `all ${counted(count, "file")}`;
      which.replaceChildren(
        ...[all, ...lines().map((line) => line.label)].map((text, at) => {
          const option = node("option", "", text);
          option.value = at ? at - 1 : "";
          return option;
        }),
      );
      which.value = chosen ?? "";
    }
    const far = lines().flatMap((line, at) => (line.unlike ? [[line.label, at]] : []));
    const words = [note, band.low ? `The band holds 80 % of ${counted(count, "file")}, the line in it is the median.` : ""];
    unlike.replaceChildren(
      node("span", "muted small", words.filter(Boolean).join(" ")),
      ...(far.length ? [node("span", "far-mark", "Unlike the others:")] : []),
      ...far.map(([text, at]) => button(text, "link", () => bring(at))),
    );
    unlike.hidden = !far.length && !words.some(Boolean);
    frame.setAttribute("aria-label", KINDS[name]);
    draw();
    fill();
  };
  const fill = () => {
    if (!details.open) return;
    const { band, x, count } = plot();
    const middle = band.low ? [{ label: `Median of ${count}`, y: band.middle }, { label: "10 %", y: band.low }, { label: "90 %", y: band.high }] : [];
    frame.replaceChildren(valueTable([...middle, ...lines()], x, number));
  };

  kind.addEventListener("change", () => choose(kind.value));
  which.addEventListener("change", () => bring(which.value === "" ? null : Number(which.value)));
  drawing.addEventListener("pointermove", point);
  drawing.addEventListener("pointerleave", rest);
  drawing.addEventListener("click", () => pointed !== null && bring(pointed));
  details.addEventListener("toggle", fill);
  const size = new ResizeObserver(() => drawing.clientWidth !== width && draw());
  size.observe(drawing);
  return { made, show, end: () => size.disconnect() };
}
