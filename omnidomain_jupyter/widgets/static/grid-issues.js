import { button, counted, node, plainMessage } from "./dom.js";
// What is wrong in the sheet, line by line, each with the way to its cell and out of it.
const SHOWN = 6;

function place(issue) {
  const parts = [];
  if (issue.line !== null) parts.push(`line ${issue.line}`);
  if (issue.column) parts.push(issue.column);
  return parts.join(", ");
}

// What a click on the suggestion would change: [row, column, text].
function remedy(issue, columns) {
  const column = columns.indexOf(issue.column);
  if (!issue.suggestion || column < 0) return null;
  return [issue.row ? issue.row - 1 : -1, column, issue.suggestion];
}

export function issueList({ model, state, focusCell, fix }) {
  const issues = model.get("issues");
  const editable = model.get("editable");
  const made = node("div", "messages");
  if (!issues.length) return made;
  const remedies = issues.map((issue) => (editable ? remedy(issue, state.columns) : null));
  const known = remedies.filter(Boolean);
  // The button goes with its message; the focus stays where the change is.
  const use = (changes) => {
    fix(changes);
    focusCell(changes[0][0], changes[0][1]);
  };
  if (known.length > 1) {
    const all = made.appendChild(node("div", "bar"));
    all.appendChild(button(`Use all ${known.length} suggestions`, "quiet", () => use(known)));
  }
  const errors = issues.filter((issue) => issue.level === "error");
  const warnings = issues.filter((issue) => issue.level !== "error");
  const listed = (some) => {
    const list = node("ul");
    list.append(...some.map((issue) => item(issue)));
    return list;
  };
  const item = (issue) => {
    const line = node("li", issue.level);
    const mark = line.appendChild(node("span", "mark", issue.level === "error" ? "▪" : "△"));
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", issue.level);
    const text = line.appendChild(node("span", "told"));
    const where = place(issue);
    const column = state.columns.indexOf(issue.column);
    const change = remedies[issues.indexOf(issue)];
    if (where && column >= 0) {
      text.appendChild(button(`${where}:`, "link", () => focusCell(issue.row ? issue.row - 1 : -1, column)));
      text.append(" ");
    } else if (where) text.appendChild(node("b", "", `${where}: `));
    text.append(plainMessage(issue));
    if (change) text.append(" ", button(`Use ${issue.suggestion}`, "quiet use", () => use([change])));
    else if (issue.suggestion) text.append(" Suggestion: ", node("code", "", issue.suggestion));
    return line;
  };
  const folded = (some, title) => {
    const fold = made.appendChild(node("details"));
    fold.appendChild(node("summary", "", title));
    fold.appendChild(listed(some));
  };
  made.appendChild(listed(errors.slice(0, SHOWN)));
  if (errors.length > SHOWN) folded(errors.slice(SHOWN), `${errors.length - SHOWN} more`);
  // A warning keeps nobody from submitting: many of them are one line.
  if (warnings.length > 2) folded(warnings, `△ ${warnings.length} things to look at; they do not keep you from submitting`);
  else made.appendChild(listed(warnings));
  const missing = model.get("error_count") - errors.length;
  if (missing > 0) made.appendChild(node("p", "muted", `… and ${counted(missing, "more error", "more errors")}`));
  return made;
}
