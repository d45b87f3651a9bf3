/* The service worker (site/worker.js): registered once the page stands, told what this page already loaded, and told when a private page
   that it keeps for reading without a line has changed. <… data-offline-copy> marks such a page; the server's header says it to the worker.

   A page that came from the device carries <html data-kept-at="…">: it says so at its top, and comes anew when the line is back. */
import texts from "./texts.js";

const workers = navigator.serviceWorker;
const address = document.querySelector('meta[name="service-worker"]')?.content;
const keptAt = document.documentElement.dataset.keptAt;
const PAUSE = 2000;
const STEADY = 1000;
let timer;

async function begin() {
  const first = !workers.controller;
  await workers.register(address, { updateViaCache: "none" });
  if (!first) return;
  const worker = (await workers.ready).active;
  const ours = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => new URL(name).origin === location.origin);
  worker.postMessage({ assets: ours.filter((name) => /\/(static|brand)\//.test(name)), keep: copied() && location.href });
}

const copied = () => Boolean(document.querySelector("[data-offline-copy]"));

function sayWhen() {
  const bar = Object.assign(document.createElement("div"), { className: "alert alert-warning", role: "status", id: "as-of" });
  const moment = new Date(keptAt).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  bar.append(Object.assign(document.createElement("p"), { textContent: `${texts.asOf} ${moment}` }));
  document.querySelector("main")?.prepend(bar);
  // A line that comes may go at once, and whoever is on the way to another page is not called back.
  addEventListener("online", () => setTimeout(() => navigator.onLine && location.reload(), STEADY));
}

if (keptAt) sayWhen();
if (workers && address) {
  const soon = globalThis.requestIdleCallback ?? setTimeout;
  const start = () => soon(() => begin().catch(() => {})); // a private window, or no room: everything works without
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
  document.addEventListener("live:updated", () => {
    clearTimeout(timer);
    if (copied()) timer = setTimeout(() => workers.controller?.postMessage({ keep: location.href }), PAUSE);
  });
}
