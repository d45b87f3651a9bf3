/* Elements that keep themselves up to date: {{ live("repair:12", url) }} writes data-live (signed tokens, one a topic) and data-live-src.

   When the hub says that the topic changed, the element is fetched anew from data-live-src and morphed in place. The answer
   must be the same element with the same id, and carries a fresh token. Also:
   data-live-announce="text"    is read to screen readers when it changes
   data-live-keep               this part is left alone (morph.js)
   events on the element        live:updated after a change, live:closed when the server refuses to show it any longer
   <html data-live-state>       live | polling | waiting */
import { announce, toast } from "./toasts.js";
import { morph } from "./morph.js";
import { HubSocket, hubAddress } from "./socket.js";
import texts from "./texts.js";

const saveData = navigator.connection?.saveData ?? false;
const POLL_EVERY = saveData ? 120_000 : 20_000;
const CLOSE_HIDDEN_AFTER = 5 * 60_000;
const RESYNC_SPREAD = 1500;
const RENEW_AT_MOST_EVERY = 5000;
const handleOf = (token) => token.split(".", 1)[0];
const jitter = (most) => Math.random() * most;

const states = new Map(); // element → { tokens, etag, busy, again, forced, missed, refused, stale, failures, timer }
const closed = new WeakMap(); // element → the tokens with which it was refused
let hideTimer;
let openedOnce = false;

const socket = new HubSocket(hubAddress(), {
  open() {
    socket.subscribe([...states.values()].flatMap((state) => state.tokens));
    openedOnce = true;
    show();
  },
  message({ changed = [], expired = [], refused = [], resync = false }) {
    each(changed, (element) => refresh(element));
    each(expired, renew);
    each(refused, (element, state) => (state.refused = true)); // kept fresh by polling
    if (resync) for (const element of states.keys()) setTimeout(() => refresh(element, { force: true }), jitter(RESYNC_SPREAD));
  },
  close(over) {
    if (over) comeIfAllowed();
    show();
  },
});

/* Only with a token that is not taken back. An element without one asks its page first, and the answer brings it. */
function comeIfAllowed() {
  if (!document.hidden && [...states.values()].some((state) => !state.stale)) socket.open();
}

function each(handles, act) {
  for (const [element, state] of states) if (state.tokens.some((token) => handles.includes(handleOf(token)))) act(element, state);
}

function show() {
  document.documentElement.dataset.liveState = socket.isOpen ? "live" : openedOnce || !socket.address ? "polling" : "waiting";
}

/* Find elements that came, went or got a new token. */
function scan() {
  const before = new Set([...states.values()].flatMap((state) => state.tokens));
  for (const [element, state] of states) if (!element.isConnected || !element.dataset.live) forget(element, state);
  for (const element of document.querySelectorAll("[data-live][data-live-src]")) {
    if (closed.get(element) === element.dataset.live) continue;
    const state = states.get(element) ?? { failures: 0 };
    state.tokens = element.dataset.live.split(" ");
    states.set(element, state);
  }
  const tokens = new Set([...states.values()].flatMap((state) => state.tokens));
  const handles = new Set([...tokens].map(handleOf));
  const gone = [...before].map(handleOf).filter((handle) => !handles.has(handle));
  if (gone.length) socket.send({ unsubscribe: [...new Set(gone)] });
  socket.subscribe([...tokens].filter((token) => !before.has(token)));
  comeIfAllowed();
}

/* Unsubscribe from what no element listens to any longer. */
function leave(tokens) {
  const wanted = new Set(allTokens().map(handleOf));
  const gone = tokens.map(handleOf).filter((handle) => !wanted.has(handle));
  if (gone.length) socket.send({ unsubscribe: [...new Set(gone)] });
}

function forget(element, state) {
  clearTimeout(state.timer);
  states.delete(element);
}

/* Only the page can give a new token. Not too often: a hub with a wrong clock would call every one of them expired. */
function renew(element, state) {
  state.stale = true;
  const wait = Math.max(0, (state.renewed ?? -RENEW_AT_MOST_EVERY) + RENEW_AT_MOST_EVERY - performance.now());
  state.renewed = performance.now() + wait;
  setTimeout(() => refresh(element, { force: true }), wait);
}

/* At most one request on its way and one waiting for it, however many changes arrive. */
async function refresh(element, { force = false } = {}) {
  const state = states.get(element);
  if (!state) return;
  state.forced ||= force;
  if (document.hidden) return void (state.missed = true);
  if (state.busy) return void (state.again = true);
  state.busy = true;
  clearTimeout(state.timer);
  try {
    take(element, state, await request(element, state));
  } catch {
    retry(element, state); // no line, or too slow
  } finally {
    state.busy = false;
  }
  if (state.again) {
    state.again = false;
    refresh(element);
  }
}

async function request(element, state) {
  const headers = { "HX-Request": "true", "X-Live": "1", Accept: "text/html" };
  if (state.etag && !state.forced) headers["If-None-Match"] = state.etag;
  state.missed = state.forced = false;
  const response = await fetch(element.dataset.liveSrc, {
    headers,
    cache: "no-store",
    credentials: "same-origin",
    redirect: "manual", // to a sign-in page, which is not this element
    signal: AbortSignal.timeout(15_000),
  });
  return { response, html: response.ok ? await response.text() : "" };
}

function take(element, state, { response, html }) {
  if (response.status === 304) return void (state.failures = 0);
  if (response.ok) {
    state.failures = 0;
    state.etag = response.headers.get("ETag");
    if (response.status !== 204 && states.get(element) === state) replace(element, html);
  } else if (response.type === "opaqueredirect" || [401, 403, 404, 410].includes(response.status)) {
    close(element, state);
  } else {
    retry(element, state, Number(response.headers.get("Retry-After")) * 1000);
  }
}

function replace(element, html) {
  const before = element.dataset.liveAnnounce;
  if (!morph(element, html)) return;
  states.get(element).stale = false;
  scan(); // at once: the fresh token must not wait for the observer
  const now = element.dataset.liveAnnounce;
  if (now && now !== before) announce(now);
  element.dispatchEvent(new CustomEvent("live:updated", { bubbles: true }));
}

function retry(element, state, after = 0) {
  const pause = Math.min(60_000, 1000 * 2 ** state.failures++);
  state.forced = true;
  state.timer = setTimeout(() => refresh(element), Math.max(after || 0, pause / 2 + jitter(pause / 2)));
}

/* Signed out, no longer allowed, or gone: say so once and stop. A module may handle it and call preventDefault. */
function close(element, state) {
  forget(element, state);
  closed.set(element, element.dataset.live);
  if (states.size) socket.send({ unsubscribe: state.tokens.map(handleOf) });
  else socket.close();
  const untouched = element.dispatchEvent(new CustomEvent("live:closed", { bubbles: true, cancelable: true }));
  if (untouched) toast(texts.outdated, { kind: "warning", seconds: 0 });
}

function poll() {
  if (document.hidden) return;
  for (const [element, state] of states) if (!socket.isOpen || state.refused) refresh(element);
}

function comeBack() {
  clearTimeout(hideTimer);
  if (document.hidden) {
    hideTimer = setTimeout(() => socket.close(), CLOSE_HIDDEN_AFTER);
    return;
  }
  scan();
  socket.check();
  // What changed while the socket was closed the hub tells when we subscribe again.
  for (const [element, state] of states) if (state.missed) refresh(element);
}

export function start() {
  scan();
}

new MutationObserver(() => queueMicrotask(scan)).observe(document.body, {
  subtree: true,
  childList: true,
  attributeFilter: ["data-live"],
});
setInterval(poll, POLL_EVERY);
document.addEventListener("visibilitychange", comeBack);
addEventListener("online", comeIfAllowed);
addEventListener("pagehide", () => socket.close());
addEventListener("pageshow", (event) => event.persisted && comeBack());
show();
