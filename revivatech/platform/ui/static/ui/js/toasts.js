/* Short messages. They go into the page's [data-toasts] region (alert.html), which screen readers announce.

     import { toast } from "../ui/js/toasts.js";
     toast("Saved", { kind: "success" });            kinds: info, success, warning, danger

   Never say that something succeeded before the server has answered. */
import texts from "./texts.js";

export function toast(text, { kind = "info", seconds = kind === "danger" ? 0 : 6, act = null } = {}) {
  const alert = document.createElement("div");
  alert.className = `alert alert-${kind} flash`;
  alert.dataset.toast = "";
  if (kind === "danger") alert.role = "alert";
  const words = document.createElement("p");
  words.textContent = text;
  alert.append(words);
  if (act) alert.append(button(act.label, "button button-quiet button-small", () => (act.run(), alert.remove())));
  alert.append(button("×", "button button-quiet button-icon button-small", () => alert.remove(), texts.close));
  const region = place();
  for (const same of region.querySelectorAll(".flash")) if (same.firstChild?.textContent === text) same.remove();
  region.append(alert);
  if (seconds) setTimeout(() => alert.matches(":hover, :focus-within") || alert.remove(), seconds * 1000);
  return alert;
}

function button(label, className, run, name = "") {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className, textContent: label });
  if (name) element.ariaLabel = name;
  element.addEventListener("click", run);
  return element;
}

/* A separate region that floats, so that a message is seen wherever the page is scrolled to. */
function place() {
  let region = document.getElementById("toasts");
  if (!region) {
    region = document.createElement("div");
    Object.assign(region, { id: "toasts", className: "toasts", ariaLive: "polite" });
    document.body.append(region);
  }
  return region;
}

/* Say something to screen readers only. */
export function announce(text) {
  let region = document.getElementById("announcements");
  if (!region) {
    region = document.createElement("div");
    Object.assign(region, { id: "announcements", className: "visually-hidden", role: "status", ariaLive: "polite" });
    document.body.append(region);
  }
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text)); // the same words twice are still news
}
