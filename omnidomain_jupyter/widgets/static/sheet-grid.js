import { button, counted, follow, node, ownKeys, setText } from "./dom.js";
import { issueList } from "./grid-issues.js";
import { gridEditor } from "./grid-edit.js";
// A sheet of any length: only the rows in sight are elements, all others are text that waits.
const ROW = 28; // pixels, as in the style sheet
const SPARE = 12; // rows above and below the frame

function columnWidths(columns, rows) {
  return columns.map((name, at) => {
    const longest = rows.slice(0, 200).reduce((most, row) => Math.max(most, row?.[1][at]?.length ?? 0), 0);
    return Math.min(360, Math.max(72, name.length * 8.5 + 40, longest * 7.2 + 40));
  });
}

function marksOf(issues, columns) {
  const marks = new Map();
  for (const issue of issues) {
    const column = columns.indexOf(issue.column);
    if (column < 0) continue;
    const key = `${issue.row ? issue.row - 1 : "head"}\t${column}`;
    if (!marks.has(key) || issue.level === "error") marks.set(key, issue);
  }
  return marks;
}

function render({ model, el }) {
  el.classList.add("omnidomain-grid");
  const state = { rows: [], marks: new Map(), version: -1, active: { row: 0, column: 0 }, columns: [], first: 0 };
  const frame = ownKeys(el.appendChild(node("div", "frame")));
  const table = frame.appendChild(node("table", "omnidomain-sheet"));
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", "Sample sheet");
  const widths = table.appendChild(node("colgroup"));
  const head = table.createTHead();
  const body = table.createTBody();
  const below = el.appendChild(node("div", "bar below"));
  const rowsNote = below.appendChild(node("span", "muted small"));
  const addRow = below.appendChild(button("Add a row", "quiet", () => send("add")));
  const removeRow = below.appendChild(
    button("Remove this row", "quiet", () => send("remove", { row: state.active.row })),
  );
  const list = el.appendChild(node("div"));

  const send = (kind, more = {}) => model.send({ kind, version: state.version, ...more });
  const focusCell = (row, column, edit = false) => {
    const total = model.get("total");
    state.active = {
      row: Math.max(-1, Math.min(total - 1, row)),
      column: Math.max(0, Math.min(state.columns.length - 1, column)),
    };
    const top = Math.max(0, state.active.row) * ROW;
    if (top < frame.scrollTop) frame.scrollTop = top;
    const room = frame.clientHeight - 2 * ROW;
    if (top > frame.scrollTop + room) frame.scrollTop = top - room;
    draw();
    const cell = cellAt(state.active);
    cell?.focus({ preventScroll: false });
    if (edit && cell) editor.open(cell);
  };
  const cellAt = ({ row, column }) =>
    table.querySelector(`[data-row="${row}"][data-column="${column}"]`);
  const editor = gridEditor({ model, state, send, focusCell, redraw: () => draw() });

  const fill = (cell, row, column, text) => {
    cell.dataset.row = row;
    cell.dataset.column = column;
    const issue = state.marks.get(`${row < 0 ? "head" : row}\t${column}`);
    cell.className = issue ? issue.level : text ? "" : "unset";
    cell.tabIndex = state.active.row === row && state.active.column === column ? 0 : -1;
    const mark = issue ? (issue.level === "error" ? "▪" : "△") : "";
    const shown = `${text || (row < 0 ? "" : "–")}`;
    if (cell.dataset.text !== shown + mark) {
      cell.dataset.text = shown + mark;
      const sign = mark ? [node("span", "mark", mark)] : [];
      sign[0]?.setAttribute("role", "img");
      sign[0]?.setAttribute("aria-label", issue?.level);
      cell.replaceChildren(...sign, node("span", "text", shown));
    }
    if (issue) cell.title = issue.message;
    else if (text.length > 30) cell.title = text;
    else cell.removeAttribute("title");
    if (issue?.level === "error") cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  };
  const drawHead = () => {
    const sizes = columnWidths(state.columns, state.rows);
    widths.replaceChildren(node("col"), ...sizes.map(() => node("col")));
    // The last column takes the room that is left.
    [52, ...sizes.slice(0, -1)].forEach((size, at) => (widths.children[at].style.width = `${size}px`));
    table.style.width = `max(100%, ${52 + sizes.reduce((a, b) => a + b, 0)}px)`;
    const row = node("tr");
    row.appendChild(node("th", "line", "line")).scope = "col";
    state.columns.forEach((name, at) => {
      const cell = row.appendChild(node("th"));
      cell.scope = "col";
      fill(cell, -1, at, name);
    });
    head.replaceChildren(row);
  };
  const drawRow = (line, index) => {
    const data = state.rows[index];
    while (line.cells.length < state.columns.length + 1) line.insertCell();
    while (line.cells.length > state.columns.length + 1) line.deleteCell(-1);
    line.cells[0].className = "line";
    setText(line.cells[0], data ? String(data[0]) : "…");
    line.setAttribute("aria-rowindex", index + 2);
    state.columns.forEach((_, at) => {
      const cell = line.cells[at + 1];
      if (!editor.isOpen(cell, index, at)) fill(cell, index, at, data?.[1][at] ?? "");
    });
  };
  const draw = () => {
    const total = model.get("total");
    const first = Math.max(0, Math.floor(frame.scrollTop / ROW) - SPARE);
    const last = Math.min(total, first + Math.ceil((frame.clientHeight || 320) / ROW) + 2 * SPARE);
    table.setAttribute("aria-rowcount", total + 1);
    // The elements are about to stand for other rows: what is being written goes into its cell.
    if (first !== state.first) editor.close();
    state.first = first;
    while (body.rows.length > last - first + 2) body.deleteRow(body.rows.length - 2);
    while (body.rows.length < last - first + 2) body.insertRow(Math.max(0, body.rows.length - 1));
    space(body.rows[0], first);
    space(body.rows[body.rows.length - 1], total - last);
    for (let index = first; index < last; index += 1) drawRow(body.rows[index - first + 1], index);
    editor.showBubble(cellAt(state.active));
  };
  const space = (line, rows) => {
    while (line.cells.length) line.deleteCell(-1);
    line.className = "space";
    line.style.height = `${rows * ROW}px`;
    line.setAttribute("aria-hidden", "true");
  };

  const update = () => {
    const version = model.get("version");
    const fresh = version !== state.version;
    state.columns = model.get("columns");
    if (fresh) {
      state.version = version;
      state.rows = [];
      state.active = { row: 0, column: 0 };
      editor.close();
      body.replaceChildren();
      frame.scrollTop = 0;
    }
    model.get("rows").forEach((row, at) => (state.rows[at] = row));
    const total = model.get("total");
    state.rows.length = Math.min(state.rows.length, total);
    state.marks = marksOf(model.get("issues"), state.columns);
    const editable = model.get("editable");
    el.hidden = state.columns.length === 0 && model.get("issues").length === 0;
    frame.hidden = state.columns.length === 0;
    table.setAttribute("aria-readonly", String(!editable));
    below.hidden = frame.hidden;
    addRow.hidden = removeRow.hidden = !editable;
    removeRow.disabled = total === 0;
    const shown = editable ? "" : total > state.rows.length ? `, the first ${state.rows.length} are shown` : "";
    const how = editable && total ? ". Double-click or Enter to change a cell." : "";
    const wide = model.get("columns_total");
    const part = wide > state.columns.length ? `, ${counted(wide, "column")}, of which the first ${state.columns.length} are shown` : "";
    setText(rowsNote, `${counted(total, "row")}${shown}${part}${how}`);
    drawHead();
    draw();
    list.replaceChildren(
      issueList({ model, state, focusCell, fix: editor.put, rename: (column, name) => send("rename", { column, name }) }),
    );
    if (fresh && editable && total > state.rows.length) send("more", { start: state.rows.length });
  };
  const onRows = (message) => {
    if (message.kind !== "rows" || message.version !== state.version) return;
    message.rows.forEach((row, at) => (state.rows[message.start + at] = row));
    if (message.rows.length > 1 && state.rows.length < model.get("total")) {
      send("more", { start: state.rows.length });
    }
    draw();
  };

  frame.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-row]");
    if (!cell || editor.isOn()) return;
    state.active = { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
    for (const each of table.querySelectorAll('[tabindex="0"]')) each.tabIndex = -1;
    cell.tabIndex = 0;
    editor.showBubble(cell);
  });
  editor.listen(table, frame);
  model.on("msg:custom", onRows);
  const end = follow(model, "change:version change:columns change:columns_total change:rows change:issues change:total change:error_count change:editable", update);
  return () => {
    model.off("msg:custom", onRows);
    end();
  };
}

export default { render };
