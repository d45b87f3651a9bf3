/* Tells modules about new parts of the page. `look` is called once for the whole body and again for each added part. */

export function onAdded(look) {
  document.addEventListener("ui:added", (event) => look(event.target));
  look(document.body);
}

export function added(element) {
  element.dispatchEvent(new CustomEvent("ui:added", { bubbles: true }));
}
