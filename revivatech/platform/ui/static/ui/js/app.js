/* The script every page loads, with base.js. It reads attributes and loads the larger parts only on pages that use them.

   data-live, data-live-src      an element that keeps itself up to date                          live.js
   hx-…                          htmx 2                                                           htmx.js
   data-toasts, data-toast       where messages go; see alert.html                                toasts.js
   data-dialog-open="id"         opens that <dialog>; data-open on a dialog opens it at once      dialogs.js
   data-confirm="Question?"      asks before a form is sent                                       forms.js
   data-autosubmit, data-keep-draft, data-reveal, data-autofocus, data-drop                       forms.js
   data-combobox                 arrow keys through suggestions                                   combobox.js
   data-copy="text" | "#id"      copies to the clipboard                                          copy.js
   data-key="/"                  a keyboard shortcut for this link, button or field               keys.js
   data-send-later               a form kept on this device while there is no line                unsent.js
   data-install-hint             asks once whether to put the site on the home screen             install.js

   After a part of the page was replaced, `ui:added` is dispatched on it and every module looks at it again.
   A feature's own module can do the same:  import { onAdded } from "../ui/js/added.js". */
import { onAdded } from "./base.js";

const HTMX = ":is([hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-boost],[hx-on]):not([data-combobox] *)";
const htmx = async (root) => (await import("./htmx.js")).process(root);

onAdded(async (root) => {
  const has = (selector) => root.matches(selector) || root.querySelector(selector);
  if (has(HTMX)) htmx(root);
  if (has("[data-send-later]")) import("./unsent.js");
  if (has("[data-install-hint]")) import("./install.js");
  if (has("[data-live]")) (await import("./live.js")).start();
});

// A search asks for nothing before somebody types, and most visitors of a page do not: htmx comes with the first focus.
const searching = async ({ target }) => {
  const box = target.closest?.("[data-combobox]:not([data-ready])");
  if (!box) return;
  box.dataset.ready = "";
  const input = box.querySelector("input");
  await htmx(box);
  if (input.value !== input.defaultValue) input.dispatchEvent(new Event("input", { bubbles: true })); // typed meanwhile
};
for (const kind of ["focusin", "pointerover"]) document.addEventListener(kind, searching);
searching({ target: document.activeElement ?? document.body });

// The first look at what is kept on this device takes a while: when there is nothing else to do.
(globalThis.requestIdleCallback ?? setTimeout)(() => {
  try {
    if (Object.keys(localStorage).some((key) => key.startsWith("unsent:"))) import("./unsent.js");
  } catch {
    // a browser without storage keeps nothing
  }
});
