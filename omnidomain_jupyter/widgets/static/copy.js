import { node, setText } from "./dom.js";
// Copies a text, and says on the button whether it has.

// Where there is no https there is no clipboard for scripts; what is selected can be copied.
function copySelected(text) {
  const field = document.body.appendChild(node("textarea"));
  field.value = text;
  field.setAttribute("readonly", "");
  field.style.position = "fixed";
  field.style.opacity = "0";
  const before = document.activeElement;
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  before?.focus?.();
  return copied;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

export async function copy(pressed, text) {
  const before = (pressed.dataset.before ??= pressed.textContent);
  setText(pressed, (await copied(text)) ? "Copied" : "Could not be copied");
  setTimeout(() => setText(pressed, before), 1500);
}
