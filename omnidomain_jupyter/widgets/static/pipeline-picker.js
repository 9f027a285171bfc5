import { button, counted, follow, labelled, node, save, setText } from "./dom.js";
// A pipeline, what it does, and the columns of its sheet.
function render({ model, el }) {
  el.classList.add("omnidomain-pipeline");
  const bar = el.appendChild(node("div", "bar"));
  const select = node("select");
  bar.appendChild(labelled("Pipeline", select));
  const starter = bar.appendChild(
    button("Download a starter sheet", "link", () => save(`${model.get("value")}_samples.tsv`, model.get("starter"))),
  );
  const about = el.appendChild(node("p", "muted about"));
  const missing = el.appendChild(node("p", "missing"));
  missing.setAttribute("role", "status");
  const fold = el.appendChild(node("details"));
  const sum = fold.appendChild(node("summary", "muted"));
  const table = fold.appendChild(node("table"));
  const broken = el.appendChild(node("details"));
  const brokenSum = broken.appendChild(node("summary", "muted"));
  const reasons = broken.appendChild(node("ul"));

  select.addEventListener("change", () => {
    model.set("value", select.value);
    model.set("missing", ""); // a choice has been made
    model.save_changes();
  });
  const update = () => {
    const options = model.get("options");
    const names = JSON.stringify(options.map((option) => [option.name, option.broken]));
    if (select.dataset.names !== names) {
      select.dataset.names = names;
      select.replaceChildren(
        ...options.map((option) => {
          const about = option.broken ? "cannot be run" : option.title;
          const made = node("option", "", about === option.name ? about : `${option.name} · ${about}`);
          made.value = option.name;
          made.disabled = option.broken !== "";
          return made;
        }),
      );
    }
    select.value = model.get("value");
    const chosen = options.find((option) => option.name === model.get("value"));
    setText(about, chosen?.description ?? "");
    setText(missing, model.get("missing"));
    missing.hidden = !model.get("missing");
    const faulty = options.filter((option) => option.broken);
    broken.hidden = faulty.length === 0;
    setText(brokenSum, `${counted(faulty.length, "pipeline")} cannot be run`);
    reasons.replaceChildren(...faulty.map((option) => node("li", "", `${option.name}: ${option.broken}`)));
    const columns = model.get("columns");
    fold.hidden = columns.length === 0;
    starter.hidden = !model.get("starter");
    setText(sum, `Columns of its sheet: ${columns.map((column) => column.name + (column.required ? "" : " (optional)")).join(", ")}`);
    table.replaceChildren(
      ...columns.map((column) => {
        const row = node("tr");
        row.appendChild(node("th", "", column.name)).scope = "row";
        row.appendChild(node("td", "muted", column.required ? "needed" : "optional"));
        const allowed = column.allowed.length ? ` One of: ${column.allowed.join(", ")}.` : "";
        const about = column.description.replace(/([^.!?])$/, "$1.");
        row.appendChild(node("td", "", about + allowed));
        return row;
      }),
    );
  };
  return follow(model, "change:options change:value change:missing change:columns change:starter", update);
}

export default { render };
