/* The service worker. TOLD comes before this, from site/worker.py:
   version   of what the offline pages show         assets   of the static files, empty while developing
   static    where static files are                 pages    the offline pages, one a language
   core      what an offline page needs

   Pages come from the network, always. Without one, a page that the server marked `Offline-Copy` is shown as it was last seen,
   and the offline page in place of any other. Static files carry a hash in their name, so a kept one is never an old one. */
const PAGES = `pages:${TOLD.version}`;
const STATIC = `static:${TOLD.assets}`;
const KEPT = "kept";
const MOST_KEPT = 20;
const LONGEST = 30 * 24 * 3600 * 1000;
const HASHED = /\.[0-9a-f]{12}\.\w+$|^\/brand\//;
const ENDED = [401, 403, 404, 410];

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));

async function install() {
  const pages = await caches.open(PAGES);
  // Without cookies: what everybody may see.
  await Promise.all(TOLD.pages.map(async (path) => pages.put(path, await whole(path, { cache: "reload", credentials: "omit" }))));
  await (await caches.open(STATIC)).addAll(TOLD.core);
  await skipWaiting();
}

/* Static files of the version before stay: a page that is still open may load a module of it. */
async function activate() {
  const names = await caches.keys();
  const before = names.filter((name) => name.startsWith("static:") && name !== STATIC).at(-1);
  const wanted = [PAGES, STATIC, KEPT, before];
  await Promise.all(names.filter((name) => !wanted.includes(name)).map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function whole(path, options) {
  const response = await fetch(path, options);
  if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
  return response;
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && /\/logout\/$/.test(url.pathname)) {
    signedOut += 1;
    event.waitUntil(caches.delete(KEPT));
  }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(navigate(event, url));
  else if (url.pathname.startsWith(TOLD.static) || url.pathname.startsWith("/brand/")) event.respondWith(asset(request, url));
});

async function navigate(event, url) {
  let response;
  try {
    response = (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await copyOf(url)) ?? (await offline(url));
  }
  if (response.headers.has("Offline-Copy")) event.waitUntil(keep(url, response.clone()));
  else if (ENDED.includes(response.status) || response.type === "opaqueredirect") event.waitUntil(forget(url));
  return response;
}

async function asset(request, url) {
  const fixed = HASHED.test(url.pathname);
  const kept = await caches.match(request.url, { ignoreVary: true });
  if (fixed && kept) return kept;
  try {
    const response = await fetch(request);
    if (response.ok && response.status === 200) (await caches.open(STATIC)).put(request.url, response.clone());
    return response;
  } catch (lost) {
    if (kept) return kept;
    throw lost;
  }
}

/* The offline page of the language whose addresses this one begins like. */
async function offline(url) {
  const fits = TOLD.pages.filter((path) => url.pathname.startsWith(path.replace(/offline\/$/, "")));
  const best = fits.sort((one, other) => other.length - one.length)[0] ?? TOLD.pages[0];
  return (await (await caches.open(PAGES)).match(best, { ignoreVary: true })) ?? Response.error();
}

/* --- Private pages, on this device only: as last seen, dropped at sign-out, when their link ends and after a month. --- */

const keyOf = (url) => url.origin + url.pathname;

let signedOut = 0; // a page that was on its way at sign-out is not put back afterwards

async function keep(url, response) {
  const before = signedOut;
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.set("X-Kept-At", new Date().toISOString());
  const cache = await caches.open(KEPT);
  await cache.delete(keyOf(url)); // the newest one last
  const html = await response.text();
  if (signedOut !== before) return;
  await cache.put(keyOf(url), new Response(html, { headers }));
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_KEPT)).map((key) => cache.delete(key)));
}

async function forget(url) {
  if (await caches.has(KEPT)) await (await caches.open(KEPT)).delete(keyOf(url));
}

async function copyOf(url) {
  const kept = (await caches.has(KEPT)) && (await (await caches.open(KEPT)).match(keyOf(url), { ignoreVary: true }));
  if (!kept) return null;
  const at = kept.headers.get("X-Kept-At");
  if (Date.now() - Date.parse(at) > LONGEST) return void (await forget(url)) ?? null;
  const html = await kept.text();
  return new Response(html.replace("<html ", `<html data-kept-at="${at}" `), { headers: kept.headers });
}

/* From ui/js/offline.js: a page that was here before this worker, or whose live part changed since. */
addEventListener("message", (event) => {
  const { keep: page, assets } = event.data;
  if (page) event.waitUntil(look(new URL(page)));
  if (assets) event.waitUntil(take(assets));
});

async function look(url) {
  const response = await fetch(url, { cache: "no-store", redirect: "manual" });
  if (response.headers.has("Offline-Copy")) await keep(url, response);
  else if (ENDED.includes(response.status)) await forget(url);
}

/* The browser has them already, so nothing is fetched twice. */
async function take(urls) {
  const cache = await caches.open(STATIC);
  for (const url of urls) if (!(await cache.match(url))) await cache.add(url).catch(() => {});
}
