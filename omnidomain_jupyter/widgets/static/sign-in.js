import { follow, labelled, node, ownKeys, setText } from "./dom.js";
// One field.
function render({ model, el }) {
  el.classList.add("omnidomain-sign-in");
  const form = ownKeys(el.appendChild(node("form", "bar")));
  const email = node("input");
  email.type = "email";
  email.placeholder = "you@institute.org";
  email.autocomplete = "email";
  const press = node("button", "action primary", "Sign in");
  press.type = "submit";
  form.append(labelled("Email", email), press);
  form.noValidate = true; // the server's words are better
  // JupyterLab takes the key before a form would send itself.
  email.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!press.disabled) form.requestSubmit();
  });
  const told = el.appendChild(node("p", "told"));
  told.setAttribute("role", "status");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press.disabled = true;
    model.send({ kind: "sign-in", email: email.value });
    setTimeout(() => (press.disabled = false), 2000);
  });
  return follow(model, "change:told change:tone", () => {
    press.disabled = false;
    setText(told, model.get("told"));
    told.dataset.tone = model.get("tone");
    if (model.get("tone") === "error") email.setAttribute("aria-invalid", "true");
  });
}

export default { render };
