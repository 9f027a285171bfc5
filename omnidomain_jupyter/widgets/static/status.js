import { node } from "./dom.js";
// A status is a word, a shape and a colour, and the same everywhere.
export const SHAPES = {
  CREATED: '<circle cx="8" cy="8" r="5.5" class="line"/>',
  SUBMITTED: '<circle cx="8" cy="8" r="5.5" class="line"/>',
  RUNNING: '<circle cx="8" cy="8" r="5.5" class="line"/><path d="M8 2.5a5.5 5.5 0 0 1 0 11z"/>',
  COMPLETED: '<circle cx="8" cy="8" r="6.5"/><path d="M5 8.2l2.2 2.2L11.2 6" class="cut"/>',
  FAILED: '<rect x="2" y="2" width="12" height="12" rx="1"/><path d="M5.2 5.2l5.6 5.6m0-5.6l-5.6 5.6" class="cut"/>',
  CANCELLED: '<rect x="2.75" y="2.75" width="10.5" height="10.5" rx="1" class="line"/>',
  UNKNOWN: '<circle cx="8" cy="8" r="6.25" class="line"/><path d="M6.1 6.4a1.9 1.9 0 1 1 2.7 1.7c-.5.2-.8.5-.8 1.1" class="line"/><circle cx="8" cy="11.4" r=".9"/>',
};
export const ENDED = ["COMPLETED", "FAILED", "CANCELLED"];

// One that waits for longer than it should has a dashed shape.
export function badge(status, waits = false) {
  const made = node("span", "status-badge");
  made.dataset.status = status;
  made.classList.toggle("waits", waits);
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  shape.setAttribute("viewBox", "0 0 16 16");
  shape.setAttribute("aria-hidden", "true");
  shape.innerHTML = SHAPES[status] ?? SHAPES.UNKNOWN; // of ours, never of the server's
  made.append(shape, node("span", "", status));
  return made;
}

export function summary(counts) {
  return Object.keys(SHAPES)
    .filter((status) => counts[status])
    .map((status) => `${counts[status].toLocaleString("en")} ${status.toLowerCase()}`)
    .join(" · ");
}
