import { button, later, node, plainMessage } from "./dom.js";
// Writing in a cell, moving between cells, and what is wrong in the one that is looked at.
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const WAIT = 350; // milliseconds without a key until the sheet is checked
const PIECE = 30000; // characters of cells in one message

// A paste of many cells, as messages of bearable size.
function pieces(cells) {
  const made = [];
  let room = 0;
  for (const cell of cells) {
    room -= cell[2].length + 16;
    if (room < 0) {
      made.push([]);
      room = PIECE - cell[2].length - 16;
    }
    made.at(-1).push(cell);
  }
  return made;
}

export function gridEditor({ model, state, send, focusCell, redraw }) {
  let open = null; // { cell, row, column, input, before }
  const bubble = node("div", "bubble");
  bubble.hidden = true;

  const textAt = (row, column) =>
    row < 0 ? state.columns[column] : (state.rows[row]?.[1][column] ?? "");

  // Shown at once, and told to the kernel.
  const put = (cells) => {
    const changes = cells.filter(([row, column, text]) => textAt(row, column) !== text);
    if (!changes.length) return;
    for (const [row, column, text] of changes) {
      if (row < 0) {
        state.columns[column] = text;
        send("rename", { column, name: text });
      } else if (state.rows[row]) {
        const [line, cells] = state.rows[row];
        state.rows[row] = [line, cells.map((each, at) => (at === column ? text : each))];
      }
    }
    const below = changes.filter(([row]) => row >= 0);
    for (const cells of pieces(below)) send("edit", { cells });
    redraw();
  };

  const write = () => open && put([[open.row, open.column, open.input.value.trim()]]);
  const soon = later(WAIT, write);
  const close = () => {
    if (!open) return;
    soon.cancel();
    write();
    const { cell } = open;
    open = null;
    delete cell.dataset.text;
    redraw();
  };
  const start = (cell, typed) => {
    if (!model.get("editable")) return;
    close();
    const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
    const input = node("input");
    input.type = "text";
    input.value = typed ?? textAt(row, column);
    input.setAttribute("aria-label", row < 0 ? "column name" : `${state.columns[column]}, line ${state.rows[row]?.[0]}`);
    open = { cell, row, column, input, before: textAt(row, column) };
    cell.replaceChildren(input);
    input.focus();
    if (typed === undefined) input.select();
    input.addEventListener("input", () => soon());
    input.addEventListener("blur", () => open?.input === input && close());
  };

  const inEditor = (event) => {
    const { row, column, before } = open;
    const next = { Enter: [row + 1, column], Tab: [row, column + (event.shiftKey ? -1 : 1)], Escape: [row, column] }[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") open.input.value = before;
    close();
    focusCell(...next);
  };
  const onKey = (event) => {
    if (open) return inEditor(event);
    const cell = event.target.closest("[data-row]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
    const move = MOVES[event.key];
    const page = { PageDown: 10, PageUp: -10 }[event.key];
    if (move || page) {
      event.preventDefault();
      focusCell(row + (move?.[0] ?? page), column + (move?.[1] ?? 0));
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      start(cell);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      if (model.get("editable") && row >= 0) put([[row, column, ""]]);
    } else if (event.key.length === 1 && event.key !== " ") {
      event.preventDefault();
      start(cell, event.key);
    }
  };
  // Cells that were copied in a spreadsheet are put where the focus is.
  const onPaste = (event) => {
    const cell = open ? null : event.target.closest("[data-row]");
    if (!cell || !model.get("editable")) return;
    event.preventDefault();
    const lines = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "").split(/\r?\n/);
    const [row, column] = [Math.max(0, Number(cell.dataset.row)), Number(cell.dataset.column)];
    put(
      lines.flatMap((line, down) =>
        line
          .split("\t")
          .map((text, right) => [row + down, column + right, text.trim()])
          .filter(([, at]) => at < state.columns.length),
      ),
    );
  };

  const showBubble = (cell) => {
    const at = cell && `${cell.dataset.row < 0 ? "head" : cell.dataset.row}\t${cell.dataset.column}`;
    const issue = cell && state.marks.get(at);
    const looked = cell && (open || cell === document.activeElement || bubble.contains(document.activeElement));
    bubble.hidden = !issue || !looked;
    if (bubble.hidden || bubble.dataset.shown === at + issue.message) return place(cell);
    bubble.dataset.shown = at + issue.message;
    bubble.dataset.level = issue.level;
    bubble.replaceChildren(node("span", "", plainMessage(issue)));
    if (issue.suggestion && model.get("editable")) {
      bubble.append(
        button(`Use ${issue.suggestion}`, "quiet", () => {
          const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
          if (open) open.input.value = issue.suggestion;
          else put([[row, column, issue.suggestion]]);
          close();
          focusCell(row, column);
        }),
      );
    }
    place(cell);
  };
  const place = (cell) => {
    if (bubble.hidden || !cell) return;
    const around = bubble.parentElement.getBoundingClientRect();
    const box = cell.getBoundingClientRect();
    bubble.style.maxWidth = `${Math.min(440, around.width)}px`;
    bubble.style.top = `${box.bottom - around.top}px`;
    const left = Math.min(box.left - around.left, around.width - bubble.offsetWidth);
    bubble.style.left = `${Math.max(0, left)}px`;
  };

  return {
    open: start,
    close,
    put,
    showBubble,
    isOn: () => open !== null,
    isOpen: (cell, row, column) => open?.cell === cell && open.row === row && open.column === column,
    listen(table, frame) {
      const whole = frame.parentElement;
      whole.appendChild(bubble);
      // A button in the bubble must not take the focus before it is clicked.
      bubble.addEventListener("mousedown", (event) => event.preventDefault());
      table.addEventListener("keydown", onKey);
      table.addEventListener("paste", onPaste);
      table.addEventListener("dblclick", (event) => {
        const cell = event.target.closest("[data-row]");
        if (cell && !open) start(cell);
      });
      whole.addEventListener("focusout", (event) => {
        if (!whole.contains(event.relatedTarget)) bubble.hidden = true;
      });
    },
  };
}
