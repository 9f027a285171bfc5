import { button, counted, follow, node, setText } from "./dom.js";
// The one button, with the reason beside it when it cannot be pressed.
function render({ model, el }) {
  el.classList.add("omnidomain-submit");
  const facts = el.appendChild(node("p", "facts"));
  const bar = el.appendChild(node("div", "bar"));
  const press = bar.appendChild(
    button("Submit", "action primary", () => {
      press.disabled = true; // until the kernel answers
      model.send({ kind: "submit" });
    }),
  );
  const resume = bar.appendChild(node("label", "switch"));
  const box = resume.appendChild(node("input"));
  box.type = "checkbox";
  resume.append("Resume: keep what earlier runs of these samples have finished");
  box.addEventListener("change", () => {
    model.set("resume", box.checked);
    model.save_changes();
  });
  const told = bar.appendChild(node("span", "reason"));
  told.setAttribute("role", "status");
  const meter = bar.appendChild(node("span", "meter"));
  meter.appendChild(node("span"));
  const runs = bar.appendChild(button("See them in Monitor", "quiet", () => model.send({ kind: "runs" })));
  const again = bar.appendChild(button("Submit the same once more", "quiet", () => model.send({ kind: "again" })));

  const update = () => {
    const state = model.get("state");
    setText(press, model.get("label"));
    press.disabled = state !== "ready";
    press.hidden = state === "done";
    setText(facts, model.get("facts"));
    facts.hidden = !model.get("facts");
    setText(told, model.get("reason"));
    told.dataset.tone = model.get("tone");
    resume.hidden = !model.get("can_resume") || state === "done";
    box.checked = model.get("resume");
    runs.hidden = again.hidden = state !== "done";
    const [done, total] = model.get("progress");
    meter.hidden = state !== "busy" || !total;
    if (total) {
      meter.firstChild.style.width = `${(100 * done) / total}%`;
      meter.setAttribute("role", "progressbar");
      meter.setAttribute("aria-valuemax", total);
      meter.setAttribute("aria-valuenow", done);
      meter.setAttribute("aria-label", `${done} of ${counted(total, "run")} submitted`);
    }
  };
  return follow(model, "change", update);
}

export default { render };
