import { button, follow, node, setText } from "./dom.js";
// The panel's pages. Turning to another one needs no kernel, which may be busy.
function render({ model, el }) {
  el.classList.add("omnidomain-tabs");
  el.setAttribute("role", "tablist");
  el.setAttribute("aria-label", "OmniDomain");
  const id = `omnidomain-${Math.random().toString(36).slice(2)}`;
  const tabs = model.get("tabs").map(([name, label]) => {
    const tab = button("", "tab", () => turn(name));
    tab.id = `${id}-${name}`;
    tab.dataset.name = name;
    tab.setAttribute("role", "tab");
    tab.append(node("span", "", label), node("span", "count"));
    return el.appendChild(tab);
  });

  const turn = (name) => {
    model.set("selected", name);
    model.save_changes();
    show();
  };
  const show = () => {
    const selected = model.get("selected");
    const counts = model.get("counts");
    for (const tab of tabs) {
      const chosen = tab.dataset.name === selected;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      setText(tab.lastChild, counts[tab.dataset.name] ?? "");
    }
    const panel = el.closest(".omnidomain-panel");
    if (!panel) return;
    panel.dataset.tab = selected;
    for (const tab of tabs) {
      const page = panel.querySelector(`:scope > .omnidomain-page-${tab.dataset.name}`);
      if (!page) continue;
      page.id ||= `${tab.id}-page`;
      page.setAttribute("role", "tabpanel");
      page.setAttribute("aria-labelledby", tab.id);
      tab.setAttribute("aria-controls", page.id);
    }
  };
  el.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target.closest("[role=tab]"));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const tab = tabs[(next + tabs.length) % tabs.length];
    turn(tab.dataset.name);
    tab.focus();
  });
  const end = follow(model, "change:selected change:counts", show);
  // The panel around us and its pages come a little later than we do.
  const watch = new MutationObserver(show);
  let waiting = setInterval(() => {
    const panel = el.closest(".omnidomain-panel");
    if (!panel) return;
    clearInterval(waiting);
    watch.observe(panel, { childList: true });
    show();
  }, 30);
  return () => {
    clearInterval(waiting);
    watch.disconnect();
    end();
  };
}

export default { render };
