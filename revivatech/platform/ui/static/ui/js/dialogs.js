/* Native <dialog>. A button has command="show-modal" commandfor="id" (the browser's own way) and data-dialog-open="id" for
   browsers that do not know it. A dialog with data-open opens when the page does, for a form inside that was refused. */
import { onAdded } from "./added.js";

const knowsCommands = "commandForElement" in HTMLButtonElement.prototype;
const knowsClosedBy = "closedBy" in HTMLDialogElement.prototype;

/* The browser gives the focus back to where it was; where that place is gone or never had it (Safari does not focus buttons),
   it goes to the button that opened the dialog. */
const openers = new WeakMap();
document.addEventListener(
  "close",
  ({ target }) => {
    const opener = openers.get(target);
    const lost = !document.activeElement || document.activeElement === document.body;
    if (lost) (opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id))?.focus?.();
  },
  true,
);

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog-open]");
  if (opener) openers.set(document.getElementById(opener.dataset.dialogOpen) ?? opener, opener);
  if (opener && !(knowsCommands && opener.hasAttribute("commandfor"))) {
    document.getElementById(opener.dataset.dialogOpen)?.showModal();
  }
  const dialog = event.target;
  if (!knowsClosedBy && dialog instanceof HTMLDialogElement && dialog.getAttribute("closedby") === "any") dialog.close();
});

onAdded((root) => {
  for (const dialog of root.querySelectorAll("dialog[data-open]")) {
    dialog.removeAttribute("data-open");
    if (!dialog.open) dialog.showModal();
  }
});

/* Ask a question; resolves to true only when the person says yes. */
export function ask(question, { yes, no, danger = false }) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "stack" });
  const words = Object.assign(document.createElement("p"), { textContent: question, id: "asked" });
  const row = Object.assign(document.createElement("div"), { className: "row" });
  dialog.setAttribute("aria-labelledby", "asked");
  for (const [label, value, kind] of [
    [no, "", "quiet"],
    [yes, "yes", danger ? "danger" : "primary"],
  ]) {
    row.append(Object.assign(document.createElement("button"), { textContent: label, value, className: `button button-${kind}` }));
  }
  form.append(words, row);
  dialog.append(form);
  document.body.append(dialog);
  openers.set(dialog, document.activeElement);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => (dialog.remove(), resolve(dialog.returnValue === "yes")), { once: true });
  });
}
