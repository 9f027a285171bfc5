// One sentence. Text only: nothing in it is ever taken for markup.
function render({ model, el }) {
  el.classList.add("omnidomain-notice");
  const update = () => {
    const tone = model.get("tone");
    el.dataset.tone = tone;
    el.setAttribute("role", tone === "error" ? "alert" : "status");
    if (tone === "title") el.removeAttribute("role");
    el.hidden = !model.get("text");
    el.textContent = model.get("text");
  };
  model.on("change:text change:tone", update);
  update();
  return () => model.off("change:text change:tone", update);
}

export default { render };
