/* <form data-send-later="Intake RT-…" data-sent-to="/workbench/">: when there is no connection, the form is kept on this device, shows
   that it was not sent, and goes out by itself once the line is back. Its hidden `key` makes the server take it once, however often it
   comes. An answer that leads below `data-sent-to` means that the server took it. `data-sends` stands in for a hidden key where the server
   knows the form by something else; `data-server-keeps` says that it holds what was typed, so that a refused form is opened, not refilled.

   Kept per person: only who wrote it sends it. What the server does not take at once (a mistake, a signed-out session) stays,
   with a link to the form. After two days nothing is sent by itself any more: the key would be forgotten on the server. */
import { onAdded } from "./added.js";
import texts from "./texts.js";
import { toast } from "./toasts.js";

const PREFIX = "unsent:";
const TWO_DAYS = 2 * 24 * 3600 * 1000;
const passed = new WeakSet();
let sending = false;

const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
const sender = () => document.querySelector("[data-sender]")?.dataset.sender ?? "visitor";
const mine = () => keys().filter((key) => key.startsWith(`${PREFIX}${sender()}:`));

async function online() {
  if (!navigator.onLine) return false;
  try {
    return (await fetch("/health/live", { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
  } catch {
    return false;
  }
}

/* Asks whether the server is there, then lets the browser send the form in its ordinary way. */
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("[data-send-later]") || passed.delete(form) || submitter?.value === "all" || submitter?.name === "look") return;
  event.preventDefault();
  if (await online()) {
    forget(nameOf(form));
    passed.add(form);
    return void setTimeout(() => form.requestSubmit(submitter));
  }
  keep(form, submitter);
});

const nameOf = (form) => `${PREFIX}${sender()}:${form.dataset.sends ?? form.elements.key.value}`;

function keep(form, submitter) {
  const secret = new Set(["csrfmiddlewaretoken", ...[...form.querySelectorAll("[data-no-draft] [name]")].map((field) => field.name)]);
  const fields = [...new FormData(form, submitter)].filter(([name, value]) => typeof value === "string" && !secret.has(name));
  const { sendLater: label, sentTo, serverKeeps } = form.dataset;
  const item = { at: Date.now(), label, action: form.action, page: location.pathname, sentTo, serverKeeps: serverKeeps !== undefined, fields };
  try {
    localStorage.setItem(nameOf(form), JSON.stringify(item));
  } catch {
    return toast(texts.unsentRefused, { kind: "danger" }); // no room on the device: the page still holds everything
  }
  show();
}

function forget(name) {
  localStorage.removeItem(name);
  show();
}

export async function sendAll() {
  if (sending || document.documentElement.dataset.keptAt || !mine().length || !(await online())) return;
  sending = true;
  try {
    for (const name of mine()) await send(name);
  } finally {
    sending = false;
    show();
  }
}

const tokenIn = (page) => page.querySelector("[name=csrfmiddlewaretoken]")?.value;
const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
/* This page's own, or that of the page the form was on. */
const tokenFor = async ({ page }) => tokenIn(document) ?? tokenIn(await fetch(page, { cache: "no-store" }).then(parsed, () => document));

/* One tab at a time sends: two would be harmless to the server, but the slower one would call it refused. */
const send = (name) => (navigator.locks ? navigator.locks.request(name, () => sendOne(name)) : sendOne(name));

async function sendOne(name) {
  const item = JSON.parse(localStorage.getItem(name));
  if (!item || item.refused || Date.now() - item.at > TWO_DAYS) return;
  const token = await tokenFor(item);
  if (!token) return;
  const body = new URLSearchParams([...item.fields, ["csrfmiddlewaretoken", token]]);
  let answer;
  try {
    answer = await fetch(item.action, { method: "POST", body, headers: { Accept: "text/html" } });
  } catch {
    return; // the line went again: later
  }
  const landed = new URL(answer.url).pathname;
  if (answer.ok && answer.redirected && landed.startsWith(item.sentTo) && landed !== new URL(item.action).pathname) {
    localStorage.removeItem(name);
    if (location.pathname === item.page) return void location.assign(answer.url);
    return void toast(`${item.label}: ${texts.unsentSent}`, { kind: "success", act: { label: texts.unsentOpen, run: () => location.assign(answer.url) } });
  }
  if (answer.status >= 500 || answer.status === 429) return;
  // Where opening leads to the server's answer, its own words say why; a form that is filled in again shows them beside the fields.
  const why = item.serverKeeps && (await parsed(answer)).querySelector("main :is(.alert-danger, .alert-warning, [data-problem])");
  localStorage.setItem(name, JSON.stringify({ ...item, refused: true, why: why ? why.textContent.trim().replace(/\s+/g, " ") : "" }));
}

/* Where it was typed, what was kept is put back into the form to be looked at. */
function reopen(name) {
  const item = JSON.parse(localStorage.getItem(name));
  if (item.serverKeeps) return openAgain(name, item);
  const form = document.querySelector("form[data-send-later]");
  if (!form || location.pathname !== item.page) return location.assign(item.page);
  const values = new Map();
  for (const [field, value] of item.fields) values.set(field, [...(values.get(field) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || !values.has(field.name) || field.type === "submit") continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = values.get(field.name).includes(field.value);
    else field.value = values.get(field.name)[0];
  }
  form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  form.scrollIntoView();
}

/* Sent in the browser's ordinary way, so that the page shows the server's answer and what there is to choose from. */
async function openAgain(name, item) {
  const token = await tokenFor(item);
  const form = Object.assign(document.createElement("form"), { method: "post", action: item.action, hidden: true });
  for (const [field, value] of [...item.fields, ["csrfmiddlewaretoken", token ?? ""]])
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: field, value }));
  document.body.append(form);
  forget(name);
  form.submit();
}

function show() {
  let bar = document.getElementById("unsent");
  const names = mine();
  if (!names.length) return bar?.remove();
  if (!bar) {
    bar = Object.assign(document.createElement("div"), { id: "unsent", className: "unsent stack stack-s", role: "status" });
    (document.querySelector("main") ?? document.body).prepend(bar);
  }
  bar.replaceChildren(...names.map(line));
}

function line(name) {
  const item = JSON.parse(localStorage.getItem(name));
  const row = Object.assign(document.createElement("div"), { className: `alert alert-${item.refused ? "danger" : "warning"} row row-between` });
  const words = document.createElement("p");
  const state = item.refused ? item.why || texts.unsentRefused : texts.unsentKept;
  const at = new Date(item.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
  words.textContent = `${item.label}: ${state} (${at})`;
  const acts = Object.assign(document.createElement("div"), { className: "row" });
  acts.append(button(item.refused ? texts.unsentOpen : texts.unsentTry, () => (item.refused ? reopen(name) : sendAll())));
  if (item.refused) acts.append(button(texts.unsentDiscard, () => confirm(texts.unsentSure) && forget(name)));
  row.append(words, acts);
  return row;
}

function button(label, run) {
  const element = Object.assign(document.createElement("button"), { type: "button", className: "button button-secondary button-small", textContent: label });
  element.addEventListener("click", run);
  return element;
}

addEventListener("online", sendAll);
document.addEventListener("visibilitychange", () => document.hidden || sendAll());
setInterval(sendAll, 30_000);
onAdded(() => show());
sendAll();
