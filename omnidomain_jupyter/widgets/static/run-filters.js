import { button, later, node, ownKeys } from "./dom.js";
import { SHAPES } from "./status.js";
import { ago, exact } from "./time.js";
// Which runs are shown.
function chooser(name, first, values) {
  const made = node("select");
  made.setAttribute("aria-label", name);
  made.append(
    ...[["", first], ...values.map((value) => [value, value])].map(([value, text]) => {
      const option = node("option", "", text);
      option.value = value;
      return option;
    }),
  );
  return made;
}

export function runFilters(model) {
  const made = ownKeys(node("div", "bar filters"));
  const status = made.appendChild(chooser("Status", "every status", Object.keys(SHAPES)));
  let pipeline = made.appendChild(chooser("Pipeline", "every pipeline", []));
  const sheet = made.appendChild(node("select"));
  sheet.setAttribute("aria-label", "Submission");
  const search = made.appendChild(node("input"));
  search.type = "search";
  search.placeholder = "Sample name";
  search.setAttribute("aria-label", "Sample name");

  const set = (name, value) => {
    model.set("filters", { ...model.get("filters"), [name]: value });
    model.save_changes();
  };
  const soon = later(250, () => set("q", search.value.trim()));
  status.addEventListener("change", () => set("status", status.value ? [status.value] : []));
  pipeline.addEventListener("change", () => set("pipeline", pipeline.value));
  sheet.addEventListener("change", () => set("submission_id", sheet.value));
  search.addEventListener("input", () => soon());
  const clear = made.appendChild(
    button("Clear the filters", "quiet", () => {
      search.value = "";
      model.set("filters", {});
      model.save_changes();
      search.focus();
    }),
  );
  // Redrawn only when there is something new: it may be open.
  const offerSheets = (chosen) => {
    const sheets = model.get("sheets");
    const known = !chosen || sheets.some((each) => each.id === chosen);
    const key = [...sheets.map((each) => each.id), known ? "" : chosen].join("\n");
    if (sheet.dataset.key !== key) {
      sheet.dataset.key = key;
      const all = [{ id: "", name: "every submission" }, ...sheets, ...(known ? [] : [{ id: chosen, name: "this submission" }])];
      sheet.replaceChildren(
        ...all.map(({ id, name, created_at, total }) => {
          const option = node("option", "", created_at ? `${name} · ${total.toLocaleString("en")} · ${ago(created_at)}` : name);
          option.value = id;
          if (created_at) option.title = exact(created_at);
          return option;
        }),
      );
    }
    sheet.value = chosen;
    sheet.hidden = sheet.options.length === 1;
  };
  let drawn = "";
  const show = () => {
    const filters = model.get("filters");
    // A submission that is shown above the table has its own way back.
    const above = model.get("submissions").some((each) => each.id === filters.submission_id);
    clear.hidden = !Object.entries(filters).some(([name, value]) => value?.length && !(above && name === "submission_id"));
    const names = model.get("pipelines");
    if (drawn !== names.join("\n")) {
      drawn = names.join("\n");
      const next = chooser("Pipeline", "every pipeline", names);
      next.addEventListener("change", () => set("pipeline", next.value));
      pipeline.replaceWith(next);
      pipeline = next;
    }
    status.value = filters.status?.[0] ?? "";
    pipeline.value = filters.pipeline ?? "";
    offerSheets(filters.submission_id ?? "");
    if (document.activeElement !== search) search.value = filters.q ?? "";
  };
  return { made, show };
}
