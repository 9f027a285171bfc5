// A sheet with its bad cells marked, and below it what is wrong, line by line.
const SHOWN = 8;

function node(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function place(issue) {
  const parts = [];
  if (issue.line !== null) parts.push(`line ${issue.line}`);
  if (issue.column) parts.push(issue.column);
  return parts.join(", ");
}

function table(columns, rows, issues) {
  const marks = new Map(issues.map((issue) => [`${issue.line}\t${issue.column}`, issue]).reverse());
  const made = node("table", "omnidomain-sheet");
  const head = made.createTHead().insertRow();
  for (const name of ["line", ...columns]) {
    const cell = head.appendChild(node("th", name === "line" ? "line" : "", name));
    cell.scope = "col";
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    line.appendChild(node("td", "line", String(row.line)));
    for (const name of columns) {
      const text = row.cells[name];
      const cell = line.appendChild(node("td", text === undefined ? "unset" : "", text ?? "–"));
      const issue = marks.get(`${row.line}\t${name}`);
      if (issue) {
        cell.classList.add(issue.level);
        cell.title = issue.message;
        if (issue.level === "error") cell.setAttribute("aria-invalid", "true");
        cell.appendChild(node("span", "mark", " ▪")).setAttribute("aria-label", issue.level);
      }
    }
  }
  return made;
}

function message(issue) {
  const item = node("li", issue.level);
  const where = place(issue);
  item.appendChild(node("span", "mark", issue.level === "error" ? "▪" : "△"));
  const text = item.appendChild(node("span"));
  if (where) text.appendChild(node("b", "", `${where}: `));
  text.append(issue.message);
  if (issue.suggestion) {
    text.append(" Suggestion: ");
    text.appendChild(node("code", "", issue.suggestion));
  }
  return item;
}

function messages(issues, missing) {
  const made = node("div", "messages");
  const list = made.appendChild(node("ul"));
  const rest = node("ul");
  issues.forEach((issue, at) => (at < SHOWN ? list : rest).appendChild(message(issue)));
  if (rest.children.length) {
    const fold = made.appendChild(node("details"));
    fold.appendChild(node("summary", "", `${rest.children.length} more`));
    fold.appendChild(rest);
  }
  if (missing > 0) made.appendChild(node("p", "", `… and ${missing.toLocaleString()} more errors`));
  return made;
}

function render({ model, el }) {
  el.classList.add("omnidomain-grid");
  const update = () => {
    const [columns, rows, issues] = ["columns", "rows", "issues"].map((name) => model.get(name));
    const parts = [];
    if (columns.length) {
      const frame = node("div", "frame");
      frame.tabIndex = 0;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", "Sample sheet");
      frame.dataset.lmSuppressShortcuts = "true";
      frame.appendChild(table(columns, rows, issues));
      parts.push(frame);
      const more = model.get("total") - rows.length;
      if (more > 0) parts.push(node("p", "", `… and ${more.toLocaleString()} more rows`));
    }
    if (issues.length) {
      const errors = issues.filter((issue) => issue.level === "error").length;
      parts.push(messages(issues, model.get("error_count") - errors));
    }
    el.replaceChildren(...parts);
  };
  // The columns alone would be drawn with the rows of before: once, when all are there.
  let due = 0;
  const soon = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(update);
  };
  const changes = "change:columns change:rows change:issues change:total change:error_count";
  model.on(changes, soon);
  update();
  return () => {
    cancelAnimationFrame(due);
    model.off(changes, soon);
  };
}

export default { render };
