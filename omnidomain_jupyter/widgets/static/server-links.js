// Addresses on the Jupyter server that this page comes from, and links to them.
import { node } from "./dom.js";

const LONGEST = 30_000; // milliseconds for an answer

function jupyterConfig() {
  try {
    return JSON.parse(document.getElementById("jupyter-config-data").textContent);
  } catch {
    return {};
  }
}

// Null where the page is not Jupyter's.
export function jupyterUrl(path) {
  const { baseUrl } = jupyterConfig();
  return baseUrl ? new URL(baseUrl.replace(/\/?$/, "/") + path, location.href).href : null;
}

// A link to a folder below the server's root; null where the page is not Jupyter's. JupyterLab shows
// the folder in its own file browser, which the extension sees to by the folder that the link names;
// from a page of Notebook, a list of files opens beside it.
export function folderLink(text, folder) {
  const place = jupyterConfig().notebookPage ? "tree" : "lab/tree";
  const address = jupyterUrl(`${place}/${folder.split("/").map(encodeURIComponent).join("/")}`);
  if (address === null) return null;
  const made = node("a", "", text);
  made.href = address;
  made.target = "_blank";
  made.rel = "noopener";
  made.dataset.omnidomainFolder = folder;
  return made;
}

export function resultUrl(runId, path, download) {
  const name = path.split("/").map(encodeURIComponent).join("/");
  return jupyterUrl(`omnidomain/runs/${runId}/results/${name}${download ? "?download=true" : ""}`);
}

export function resultsCsvUrl(submissionId) {
  return jupyterUrl(`omnidomain/submissions/${submissionId}/metrics?format=csv`);
}

// One table of each run of a submission, one below the other; `path` may be a pattern.
export function tablesCsvUrl(submissionId, path) {
  return jupyterUrl(`omnidomain/submissions/${submissionId}/tables?format=csv&path=${encodeURIComponent(path)}`);
}

function xsrf() {
  return document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "";
}

// The browser has a sign-in of its own; whoever sees the panel may have it. Null if all is well.
async function signIn(email) {
  const address = jupyterUrl("omnidomain/auth/");
  const me = await fetch(`${address}me?no_track_activity=1`, { credentials: "same-origin", signal: AbortSignal.timeout(LONGEST) });
  if (me.status !== 401) return me.ok ? null : `The server has answered ${me.status}.`;
  const answer = await fetch(`${address}login`, {
    method: "POST",
    credentials: "same-origin",
    signal: AbortSignal.timeout(LONGEST),
    headers: { "Content-Type": "application/json", "X-XSRFToken": xsrf() },
    body: JSON.stringify(email ? { email } : {}),
  });
  if (answer.ok) return null;
  const told = await answer.json().catch(() => ({}));
  return told.detail ?? `The server has answered ${answer.status}.`;
}

// A link to what only who is signed in may have; `tell` is given what is wrong.
export function signedInLink(link, model, tell) {
  let known = false;
  link.addEventListener("click", async (event) => {
    if (known) return;
    event.preventDefault();
    const wrong = await signIn(model.get("email")).catch(() => "The Jupyter server does not answer.");
    tell(wrong ?? "");
    if (wrong !== null) return;
    known = true;
    link.click();
    known = false;
  });
  return link;
}
