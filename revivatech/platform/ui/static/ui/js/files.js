/* <form data-upload>: photos and PDFs go as soon as they are taken, chosen, dropped or pasted, each by itself, two at a time, with
   progress, cancel and retry. The other fields of the form go along as they stood when the file was given.
   <div data-upload-to="address" data-upload-fields='{"part": "…"}'> does the same inside another form, for one line of it; the
   picture then shows in its [data-upload-shown].

   What has not arrived yet is kept in this browser (IndexedDB): a lost line, a reload or a closed tab does not lose a photo. It is
   sent when the line is back, forgotten after a day and at sign-out: counters share a browser.
   Nothing is called saved before the server said so. Only pages that take files load this module. */
import { onAdded } from "./added.js";
import { morph } from "./morph.js";
import { announce, toast } from "./toasts.js";
import texts from "./texts.js";

const AT_ONCE = 2;
const DAY = 24 * 3600 * 1000;
const KEEP_AT_MOST = 150_000_000; // bytes kept in the browser; beyond that a file is sent but not kept
const LONGEST_PAUSE = 30_000;

const FRAMES = "form[data-upload],[data-upload-to]";
const items = []; // { id, action, fields, file, at, form, state: waiting | sending | paused | refused, tries, row, request, timer }
let saved = [];

const actionOf = (form) => (form.dataset.uploadTo ? new URL(form.dataset.uploadTo, location).href : form.action);
const partOf = (fields) => fields.find(([name]) => name === "part")?.[1] ?? "";

function fieldsOf(form) {
  if (form.dataset.uploadTo) return Object.entries(JSON.parse(form.dataset.uploadFields));
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "key"].includes(name));
}

/* --- Kept in the browser. Everything works without it, only not over a reload. --- */

const database = new Promise((resolve) => {
  const opening = indexedDB.open("uploads", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("files", { keyPath: "id" });
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = opening.onblocked = () => resolve(null);
}).catch(() => null);

async function store(mode, act) {
  try {
    const files = (await database)?.transaction("files", mode).objectStore("files");
    if (!files) return null;
    const asked = act(files);
    return await new Promise((resolve) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(null);
    });
  } catch {
    return null;
  }
}

function keep({ id, action, fields, file, at }) {
  const total = items.reduce((sum, item) => sum + item.file.size, 0);
  if (total <= KEEP_AT_MOST) store("readwrite", (files) => files.put({ id, action, fields, file, at }));
}

const forget = (item) => store("readwrite", (files) => files.delete(item.id));

async function restore(form) {
  for (const one of (await store("readonly", (files) => files.getAll())) ?? []) {
    if (Date.now() - one.at > DAY) forget(one);
    else if (one.action === actionOf(form) && partOf(one.fields) === partOf(fieldsOf(form)) && !items.some((item) => item.id === one.id)) queue(form, one);
  }
}

/* --- The queue --- */

function give(form, files) {
  const fields = fieldsOf(form);
  for (const file of files) {
    const item = queue(form, { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, action: actionOf(form), fields, file, at: Date.now() });
    if (file.size > Number(form.dataset.uploadMost)) show(item, "refused", texts.uploadTooBig);
    else keep(item);
  }
  go();
}

function queue(form, given) {
  const item = { ...given, form, tries: 0 };
  item.row = row(item);
  form.querySelector("[data-upload-list]").append(item.row);
  items.push(item);
  show(item, "waiting", texts.uploadWaiting);
  return item;
}

function go() {
  while (items.filter((item) => item.state === "sending").length < AT_ONCE) {
    const next = items.find((item) => item.state === "waiting");
    if (!next) break;
    send(next);
  }
  if (saved.length && !items.some((item) => ["waiting", "sending"].includes(item.state))) finish();
}

function send(item) {
  const body = new FormData();
  for (const [name, value] of item.fields) body.append(name, value);
  body.append("key", item.id);
  body.append("files", item.file, item.file.name || "photo");
  const request = (item.request = new XMLHttpRequest());
  const bar = item.row.querySelector("progress");
  request.upload.onprogress = ({ loaded, total }) => Object.assign(bar, { max: total, value: loaded });
  request.upload.onload = () => item.state === "sending" && show(item, "sending", texts.uploadPreparing);
  request.onload = () => answered(item, request);
  request.onerror = request.ontimeout = () => later(item);
  request.timeout = 180_000;
  request.open("POST", item.action);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", item.form.closest("form").elements.csrfmiddlewaretoken.value);
  show(item, "sending", texts.uploadSending);
  request.send(body);
}

function answered(item, request) {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    // a proxy's page, not ours
  }
  if (request.status === 201 && answer.files?.length) return arrived(item, answer.files[0]);
  if (request.status === 401) show(item, "paused", texts.uploadSignIn);
  else if (request.status === 403) show(item, "paused", answer.detail ?? texts.failed); // a stale page, mostly: the photo stays
  else if (request.status >= 500 || request.status === 429 || request.status === 408) later(item);
  else {
    show(item, "refused", answer.refused?.[0]?.detail ?? answer.detail ?? texts.failed);
    forget(item);
  }
  go();
}

function arrived(item, file) {
  saved.push(file.name);
  const shown = item.form.querySelector("[data-upload-shown]");
  if (shown && file.small) shown.append(thumb(file));
  drop(item);
  go();
}

/* Again after 2, 4, 8 … 30 seconds, and at once when the line is back. */
function later(item) {
  show(item, "paused", texts.uploadKept);
  item.timer = setTimeout(() => again(item), Math.min(LONGEST_PAUSE, 2000 * 2 ** item.tries++));
  go();
}

function again(item) {
  clearTimeout(item.timer);
  if (item.state === "sending") return;
  show(item, "waiting", texts.uploadWaiting);
  go();
}

function drop(item) {
  clearTimeout(item.timer);
  forget(item);
  item.row.remove();
  items.splice(items.indexOf(item), 1);
}

async function finish() {
  const names = saved;
  saved = [];
  toast(texts.uploadSaved + names.join(", "), { kind: "success" });
  if (document.documentElement.dataset.liveState === "live") return; // the page hears of it by itself
  const live = document.querySelector("form[data-upload]")?.closest("[data-live-src]") ?? document.querySelector("[data-live-src]");
  const answer = live && (await fetch(live.dataset.liveSrc).catch(() => null));
  if (answer?.ok) morph(live, await answer.text());
}

/* --- What is seen --- */

function row(item) {
  const line = Object.assign(document.createElement("li"), { className: "upload-item" });
  const text = document.createElement("div");
  text.append(Object.assign(document.createElement("strong"), { textContent: item.file.name || "photo" }), " ");
  text.append(Object.assign(document.createElement("span"), { className: "quiet text-s" }));
  const acts = Object.assign(document.createElement("div"), { className: "row" });
  acts.append(button("retry", texts.uploadRetry, () => again(item)), button("cancel", texts.uploadCancel, () => cancel(item)));
  line.append(text, acts, document.createElement("progress"));
  return line;
}

function thumb(file) {
  const line = Object.assign(document.createElement("li"), { className: "photo" });
  const link = Object.assign(document.createElement("a"), { className: "thumb", href: file.large });
  link.append(Object.assign(document.createElement("img"), { src: file.small, alt: file.name }));
  line.append(link);
  return line;
}

function button(act, textContent, run) {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent, className: "button button-quiet button-small" });
  element.dataset.act = act;
  element.addEventListener("click", run);
  return element;
}

function cancel(item) {
  item.state = "cancelled";
  item.request?.abort();
  drop(item);
  go();
}

function show(item, state, text) {
  item.state = state;
  const find = (selector) => item.row.querySelector(selector);
  find("span").textContent = text;
  item.row.classList.toggle("is-refused", state === "refused");
  find("progress").hidden = state !== "sending";
  find("[data-act=retry]").hidden = state !== "paused";
  find("[data-act=cancel]").textContent = state === "refused" ? texts.uploadForget : texts.uploadCancel;
  if (state === "refused" || state === "paused") announce(`${item.file.name}: ${text}`);
}

/* --- Where files come from --- */

function enhance(form) {
  if (form.classList.contains("upload-live")) return;
  form.classList.add("upload-live");
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "file" || !target.files.length) return;
    give(form, [...target.files]);
    target.value = "";
  });
  restore(form).then(go);
  const area = form.querySelector("[data-upload-drop]");
  if (!area) return;
  area.addEventListener("dragover", (event) => (event.preventDefault(), area.classList.add("drop-over")));
  area.addEventListener("dragleave", () => area.classList.remove("drop-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("drop-over");
    give(form, [...event.dataTransfer.files]);
  });
}

document.addEventListener("paste", (event) => {
  const form = document.querySelector("form[data-upload]");
  const files = [...(event.clipboardData?.files ?? [])];
  if (!form || !files.length) return;
  event.preventDefault();
  give(form, files);
});

addEventListener("online", () => items.filter((item) => item.state === "paused").forEach(again));
addEventListener("beforeunload", (event) => items.some((item) => item.state === "sending") && event.preventDefault());
document.addEventListener("submit", ({ target }) => {
  if (/\/logout\/?$/.test(new URL(target.action, location).pathname)) store("readwrite", (files) => files.clear());
});

onAdded((root) => root.querySelectorAll(FRAMES).forEach(enhance));
