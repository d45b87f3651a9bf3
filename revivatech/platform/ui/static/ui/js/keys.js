/* Keyboard shortcuts. In HTML: data-key="n" (or "g q" for two keys in a row) on a link, button or field, with its name in
   data-key-name or its own text. In a module: shortcut("j", "Next repair", run). "?" lists them all.
   Keys do nothing while somebody types, or with Ctrl, Alt or Meta held, or on a page whose body says data-keys-off: a person
   may switch them off (WCAG 2.1.4). [data-shortcuts-page] is the link to the page that lists them all. */
import texts from "./texts.js";

const registered = new Map();
let typed = "";
let timer;

export function shortcut(keys, name, run) {
  registered.set(keys, { name, run });
}

function all() {
  const list = new Map(registered);
  for (const element of document.querySelectorAll("[data-key]")) {
    const name = element.dataset.keyName ?? (element.ariaLabel || element.textContent.trim());
    const isField = element.matches("input:not([type=submit]), select, textarea, [data-key-focus]");
    list.set(element.dataset.key, { name, run: () => (isField ? element.focus() : element.click()) });
  }
  return list;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.key.length > 1) return;
  if (document.body.hasAttribute("data-keys-off")) return;
  if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  clearTimeout(timer);
  typed = typed ? `${typed} ${event.key}` : event.key;
  timer = setTimeout(() => (typed = ""), 1000);
  const found = all();
  const match = found.get(typed) ?? (event.key === "?" ? { run: () => list(found) } : null);
  if (match) {
    event.preventDefault();
    typed = "";
    match.run();
  } else if (![...found.keys()].some((keys) => keys.startsWith(`${typed} `))) {
    typed = "";
  }
});

function list(found) {
  if (!found.size) return;
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog", ariaLabel: texts.shortcuts });
  const heading = Object.assign(document.createElement("h2"), { textContent: texts.shortcuts });
  const rows = Object.assign(document.createElement("dl"), { className: "shortcuts" });
  for (const [keys, { name }] of found) {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: keys }));
    rows.append(term, Object.assign(document.createElement("dd"), { textContent: name }));
  }
  const page = document.querySelector("[data-shortcuts-page]")?.cloneNode();
  if (page) page.textContent = texts.allShortcuts;
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  form.append(Object.assign(document.createElement("button"), { className: "button button-quiet", textContent: texts.close }));
  dialog.append(heading, rows, ...(page ? [page] : []), form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
