/* Replace an element by newer HTML of itself without disturbing the person: focus, scroll, open <details>, and every field
   somebody has typed in stay as they are. [data-live-keep] keeps a part out of it altogether. */
import Idiomorph from "../vendor/idiomorph.js";
import { added } from "./added.js";

const touched = new WeakSet();
document.addEventListener("input", (event) => touched.add(event.target));
document.addEventListener("reset", (event) => [...event.target.elements].forEach((field) => touched.delete(field)));
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target instanceof HTMLFormElement) [...target.elements].forEach((field) => touched.delete(field));
});

const isTyped = (node) => touched.has(node) && node.value !== "";
const holdsTyping = (node) =>
  isTyped(node) || (node.querySelectorAll && [...node.querySelectorAll("input, textarea, select")].some(isTyped));

const callbacks = {
  beforeNodeMorphed: (old) => !(old instanceof Element && (old.hasAttribute("data-live-keep") || isTyped(old))),
  beforeNodeRemoved: (old) => !holdsTyping(old),
  beforeAttributeUpdated: (name, element) =>
    !(name === "open" && element.matches("details, dialog")) && !(name === "aria-busy" || name === "aria-disabled"),
};

/* Returns the element as it now stands in the page, or null when `html` holds no successor of it. */
export function morph(element, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const newer = (element.id && holder.content.getElementById(element.id)) || holder.content.firstElementChild;
  if (!newer || newer.tagName !== element.tagName) return null;
  Idiomorph.morph(element, newer, { morphStyle: "outerHTML", ignoreActiveValue: true, restoreFocus: true, callbacks });
  added(element);
  return element;
}
