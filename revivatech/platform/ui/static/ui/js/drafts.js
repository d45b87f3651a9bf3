/* <form data-keep-draft="booking-details">: what is typed is kept in this browser for 24 hours and put back after a lost
   line, a closed tab or a session that ended. Kept back: passwords, hidden fields, files, [data-no-draft].

   A draft is forgotten when the form was sent and another page (or the same page without a refused form) came back,
   and all drafts are forgotten at sign-out: counters share a browser. */
import { onAdded } from "./added.js";
import { toast } from "./toasts.js";
import texts from "./texts.js";

const PREFIX = "draft:";
const SENT = "draft-sent";
const DAY = 24 * 3600 * 1000;
const keyOf = (form) => `${PREFIX}${form.dataset.keepDraft}:${location.pathname}`;
const timers = new WeakMap();

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !["password", "hidden", "file", "submit", "button"].includes(field.type) && !field.closest("[data-no-draft]"),
  );
}

const ticked = (field) => field.type === "checkbox" || field.type === "radio";
const nameOf = (field) => (ticked(field) ? `${field.name}=${field.value}` : field.name);

function store(action) {
  try {
    return action(localStorage);
  } catch {
    return null; // no storage, or full: the form works without a draft
  }
}

function keep(form) {
  const values = Object.fromEntries(fields(form).map((field) => [nameOf(field), ticked(field) ? field.checked : field.value]));
  store((storage) => storage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values })));
}

/* Only fields the server left as they were at first are filled: what a refused form shows again is newer than the draft. */
function restore(form) {
  const draft = store((storage) => JSON.parse(storage.getItem(keyOf(form))));
  if (!draft || Date.now() - draft.at > DAY || form.querySelector(".field-invalid")) return;
  let changed = false;
  for (const field of fields(form)) {
    const value = draft.values[nameOf(field)];
    if (value === undefined || value === (ticked(field) ? field.checked : field.value)) continue;
    if (!ticked(field) && field.tagName !== "SELECT" && field.value !== "") continue;
    if (ticked(field)) field.checked = value;
    else field.value = value;
    changed = true;
  }
  if (!changed) return;
  form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  const forget = () => (store((storage) => storage.removeItem(keyOf(form))), form.reset());
  toast(texts.restored, { seconds: 12, act: { label: texts.clear, run: forget } });
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches("[data-keep-draft]")) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), 300));
});

document.addEventListener("submit", ({ target: form }) => {
  if (form.matches("[data-keep-draft]")) {
    clearTimeout(timers.get(form));
    keep(form);
    sessionStorage.setItem(SENT, keyOf(form));
  }
  if (/\/logout\/?$/.test(new URL(form.action, location).pathname)) forgetAll();
});

document.addEventListener("htmx:afterRequest", ({ target: form, detail }) => {
  if (form.matches?.("[data-keep-draft]") && detail.successful) store((storage) => storage.removeItem(keyOf(form)));
});

function forgetAll() {
  store((storage) => Object.keys(storage).filter((key) => key.startsWith(PREFIX)).forEach((key) => storage.removeItem(key)));
}

/* The answer to a sent form is an ordinary navigation; coming back after a lost line is a reload or a step back. */
function forgetAccepted() {
  const key = sessionStorage.getItem(SENT);
  if (!key) return;
  sessionStorage.removeItem(SENT);
  const arrived = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  if (arrived && !document.querySelector("[data-keep-draft] .field-invalid")) store((storage) => storage.removeItem(key));
}

forgetAccepted();
onAdded((root) => root.querySelectorAll("form[data-keep-draft]").forEach(restore));
