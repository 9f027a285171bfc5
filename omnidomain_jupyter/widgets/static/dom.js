// Making and changing elements. Text is always text: nothing is ever taken for markup.
export function node(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

// The same of a drawing.
export function shape(tag, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

export function button(text, className, onClick) {
  const made = node("button", className, text);
  made.type = "button";
  if (onClick) made.addEventListener("click", onClick);
  return made;
}

// A field with its label in front of it.
export function labelled(text, field) {
  const made = node("label", "field");
  made.appendChild(node("span", "label", text));
  made.appendChild(field);
  return made;
}

export function later(milliseconds, work) {
  let timer = 0;
  const soon = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
  soon.cancel = () => clearTimeout(timer);
  soon.now = (...given) => {
    clearTimeout(timer);
    work(...given);
  };
  return soon;
}

// Draw once for all the changes that come together.
export function follow(model, changes, draw) {
  let due = 0;
  const soon = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(draw);
  };
  model.on(changes, soon);
  draw();
  return () => {
    cancelAnimationFrame(due);
    model.off(changes, soon);
  };
}

// JupyterLab's own shortcuts must not take the keys that are typed here. The one exception saves
// the notebook: it goes on from outside, where JupyterLab hears it; the browser would save the page.
export function ownKeys(element) {
  element.dataset.lmSuppressShortcuts = "true";
  element.addEventListener("keydown", (event) => {
    // By the code, as JupyterLab does: "s" is another letter on other keyboards.
    if (event.keyCode !== 83 || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    element.parentElement.dispatchEvent(new KeyboardEvent("keydown", event));
  });
  return element;
}

export function save(name, text) {
  const link = node("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/tab-separated-values" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function counted(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many ?? `${one}s`}`;
}

// The server names the column in front of its message; beside the column's name it need not.
export function plainMessage(issue) {
  const before = `${issue.column}, `;
  return issue.column && issue.message.startsWith(before) ? issue.message.slice(before.length) : issue.message;
}

// The way out of an empty page: a button that turns to another one.
export function turnButton(text, page) {
  return button(text, "action", (event) => {
    const panel = event.target.closest(".omnidomain-panel");
    panel?.querySelector(`.omnidomain-tabs [data-name="${page}"]`)?.click();
  });
}

// Bytes, for a reader, in steps of 1,024 as in Jupyter's file browser.
export function fileSize(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, at] = [bytes, 0];
  for (; value >= 1024 && at < units.length - 1; at++) value /= 1024;
  return `${value.toFixed(at > 0 && value < 10 ? 1 : 0)} ${units[at]}`;
}
