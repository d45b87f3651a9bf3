/* Forms behave the same on every page.

   data-confirm="Cancel this repair?"   on the form or the button: asks first. data-confirm-yes names the button, data-confirm-danger colours it
   data-autosubmit                      on the form or a field: sends when a choice changes
   data-keep-draft="name"               see drafts.js
   data-reveal="id"                     shows the password in that field (starts hidden; shown when scripts run)
   data-autofocus                       gets the focus when the page opens: a refused form's list of errors
   data-drop                            a frame around a file field to drop files on
   data-send-again                      this form may be sent twice

   Every other form is sent once: a second tap while the first is on its way does nothing. */
import { onAdded } from "./added.js";
import { ask } from "./dialogs.js";
import "./drafts.js";
import texts from "./texts.js";

const confirmed = new WeakSet();
const sent = new WeakSet();

/* Capture: asked and counted before htmx or any other listener sees the form go. */
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const question = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !confirmed.delete(form)) {
    stop(event);
    const { confirmYes: yes = texts.yes } = { ...form.dataset, ...submitter?.dataset };
    const danger = [form, submitter].some((element) => element?.hasAttribute("data-confirm-danger"));
    if (await ask(question, { yes, no: texts.cancel, danger })) {
      confirmed.add(form);
      form.requestSubmit(submitter);
    }
    return;
  }
  if (form.method === "dialog" || form.method === "get" || form.hasAttribute("data-send-again")) return;
  if (sent.has(form)) return stop(event);
  sent.add(form);
  setTimeout(() => (event.defaultPrevented && !isHtmx(form) ? release(form) : hold(form, submitter)));
}, true);

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function isHtmx(form) {
  return form.matches("[hx-post],[hx-get],[hx-put],[hx-patch],[hx-delete]");
}

/* Marked, not disabled: a disabled button's name would be missing from what is sent. */
function hold(form, submitter) {
  form.ariaBusy = "true";
  if (submitter) submitter.ariaDisabled = "true";
  setTimeout(() => release(form), 15000); // a download or a lost line leaves the page standing
}

function release(form) {
  sent.delete(form);
  form.ariaBusy = null;
  for (const button of form.querySelectorAll('[aria-disabled="true"]')) button.ariaDisabled = null;
}

document.addEventListener("htmx:afterRequest", (event) => event.target instanceof HTMLFormElement && release(event.target));
addEventListener("pageshow", (event) => event.persisted && [...document.forms].forEach(release));

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.closest?.("[data-autosubmit]") && field.form && field.type !== "search") field.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-reveal]");
  const field = button && document.getElementById(button.dataset.reveal);
  if (!field) return;
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.ariaPressed = String(shown);
  button.textContent = shown ? texts.hide : texts.show;
});

for (const [type, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(type, (event) => {
    const frame = event.target.closest?.("[data-drop]");
    if (!frame) return;
    frame.classList.toggle("drop-over", over);
    const field = frame.querySelector('input[type="file"]');
    if (type === "dragleave" || !field || event.target === field) return; // on the field itself the browser does it
    event.preventDefault();
    if (type === "drop" && event.dataTransfer.files.length) {
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

onAdded((root) => {
  for (const button of root.querySelectorAll("[data-reveal]")) button.hidden = false;
  const first = root.querySelector("[data-autofocus]");
  first?.removeAttribute("data-autofocus"); // once: a later update of this part must not take the focus away
  first?.focus();
});
