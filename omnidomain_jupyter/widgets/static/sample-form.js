import { button, later, node, ownKeys, plainMessage, setText } from "./dom.js";
// One to three samples for somebody who has no sheet: the pipeline's columns as fields.
const SAMPLES = 3;

export function sampleForm(model, files) {
  const made = ownKeys(node("div", "sample-form"));
  const cards = made.appendChild(node("div", "cards"));
  const more = made.appendChild(
    button("Add a sample", "quiet", () => {
      write([...model.get("samples"), {}]);
      draw();
      cards.lastElementChild?.querySelector("input, select")?.focus();
    }),
  );
  let fields = [];
  let drawn = "";

  const write = (samples) => {
    model.set("samples", samples);
    model.save_changes();
  };
  const values = () => fields.map((card) => Object.fromEntries(card.map(({ name, field }) => [name, field.value])));
  const soon = later(350, () => write(values()));

  const fieldOf = (column, value, number) => {
    const row = node("label", "form-field");
    row.appendChild(node("span", "form-name", column.name + (column.required ? "" : " (optional)")));
    const field = node(column.allowed.length ? "select" : "input");
    if (column.allowed.length) {
      for (const each of ["", ...column.allowed]) field.appendChild(node("option", "", each)).value = each;
    } else {
      field.type = "text";
      field.spellcheck = false;
      field.maxLength = 1024;
      if (column.is_file) {
        field.setAttribute("list", files);
        field.placeholder = "path on this server, or s3://…";
      }
    }
    field.value = value ?? "";
    field.setAttribute("aria-label", `${column.name}, sample ${number}`);
    field.title = column.description;
    field.addEventListener(column.allowed.length ? "change" : "input", () => soon());
    const fault = node("span", "form-fault");
    row.append(field, fault);
    return { row, name: column.name, field, fault };
  };
  const draw = () => {
    const [columns, samples] = [model.get("columns"), model.get("samples")];
    const wanted = JSON.stringify([columns.map((column) => column.name), samples.length]);
    if (wanted !== drawn) {
      drawn = wanted;
      fields = samples.map((sample, at) => columns.map((column) => fieldOf(column, sample[column.name], at + 1)));
      cards.replaceChildren(
        ...fields.map((card, at) => {
          const group = node("fieldset");
          group.appendChild(node("legend", "", `Sample ${at + 1}`));
          group.append(...card.map(({ row }) => row));
          if (samples.length > 1) {
            const remove = button("Remove", "quiet", () => {
              write(values().filter((_, other) => other !== at));
              drawn = "";
              draw();
            });
            remove.setAttribute("aria-label", `Remove sample ${at + 1}`);
            group.appendChild(remove);
          }
          return group;
        }),
      );
    }
    more.hidden = samples.length >= SAMPLES;
    const issues = model.get("issues");
    fields.forEach((card, at) => {
      for (const { name, field, fault } of card) {
        const issue = issues.find((each) => each.row === at + 1 && each.column === name);
        const empty = card.every((each) => !each.field.value);
        const shown = empty ? undefined : issue;
        if (shown) field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
        if (fault.dataset.told === (shown?.message ?? "")) continue;
        fault.dataset.told = shown?.message ?? "";
        fault.replaceChildren();
        setText(fault, shown ? plainMessage(shown) : "");
        if (shown?.suggestion) {
          fault.append(
            " ",
            button(`Use ${shown.suggestion}`, "quiet", (event) => {
              event.preventDefault();
              field.value = shown.suggestion;
              soon.now();
            }),
          );
        }
      }
    });
  };
  return { made, show: draw };
}
