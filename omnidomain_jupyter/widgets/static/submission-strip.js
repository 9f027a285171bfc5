import { button, node, setText } from "./dom.js";
import { summary } from "./status.js";
import { ago, exact } from "./time.js";
// How far the submissions are, each with its bar; one of them can be looked at alone.
function makeLine(model, send, id) {
  const line = node("div", "bar submission");
  const name = line.appendChild(node("b"));
  const meter = line.appendChild(node("span", "meter"));
  meter.appendChild(node("span"));
  meter.setAttribute("role", "progressbar");
  const done = line.appendChild(node("span", "number"));
  const tally = line.appendChild(node("span", "muted tally"));
  const choose = (submission_id) => {
    model.set("filters", { ...model.get("filters"), submission_id });
    model.save_changes();
  };
  const only = line.appendChild(button("Only these", "quiet", () => choose(id)));
  const all = line.appendChild(button("Show all runs", "quiet", () => choose("")));
  const again = line.appendChild(button("", "quiet", () => send("resubmit", id)));
  const cancel = line.appendChild(
    button("Cancel all", "quiet", () => {
      if (cancel.dataset.asked) send("cancel-submission", id);
      cancel.dataset.asked = cancel.dataset.asked ? "" : "yes";
      setText(cancel, cancel.dataset.asked ? "Really cancel all?" : "Cancel all");
    }),
  );
  cancel.addEventListener("blur", () => {
    cancel.dataset.asked = "";
    setText(cancel, "Cancel all");
  });
  const refused = line.appendChild(node("ul", "refused"));
  return {
    line,
    show(submission, chosen) {
      setText(name, submission.name);
      name.title = `${submission.pipeline}, submitted ${ago(submission.created_at)}: ${exact(submission.created_at)}`;
      const { total, done: ended, failed } = submission;
      meter.firstChild.style.width = `${total ? (100 * ended) / total : 100}%`;
      meter.dataset.tone = ended < total ? "" : failed ? "error" : "success";
      meter.setAttribute("aria-valuemax", total);
      meter.setAttribute("aria-valuenow", ended);
      meter.setAttribute("aria-label", `${ended} of ${total} runs of ${submission.name} have ended`);
      setText(done, `${ended.toLocaleString("en")}/${total.toLocaleString("en")}`);
      const not = submission.rejected.length ? ` · ${submission.rejected.length} not accepted` : "";
      const sending = submission.uploads ? ` · to S3: ${submission.uploads}` : "";
      setText(tally, summary(submission.counts) + not + sending);
      only.hidden = chosen;
      all.hidden = !chosen;
      cancel.hidden = ended >= total;
      again.hidden = ended < total || !submission.again;
      setText(again, `Submit the ${submission.again} that did not go well again`);
      refused.replaceChildren(
        ...submission.rejected.map((row) => node("li", "", `${row.line ? `line ${row.line}, ` : ""}${row.sample}: ${row.reason}`)),
      );
      refused.hidden = !submission.rejected.length;
    },
  };
}

export function submissionStrip(model, send) {
  const made = node("div", "submissions");
  const lines = new Map();
  const show = () => {
    const submissions = model.get("submissions");
    const chosen = model.get("filters").submission_id;
    for (const [id, { line }] of lines) {
      if (!submissions.some((each) => each.id === id)) {
        line.remove();
        lines.delete(id);
      }
    }
    for (const submission of submissions) {
      if (!lines.has(submission.id)) {
        lines.set(submission.id, makeLine(model, send, submission.id));
        made.appendChild(lines.get(submission.id).line);
      }
      lines.get(submission.id).show(submission, submission.id === chosen);
    }
    made.hidden = submissions.length === 0;
  };
  return { made, show };
}
