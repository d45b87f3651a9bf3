/* The few sentences scripts say. A page in another language overrides them: <meta name="ui-texts" content='{"copied": "…"}'>. */

const texts = {
  allShortcuts: "All of them, and how to switch them off",
  cancel: "Cancel",
  clear: "Clear",
  close: "Close",
  copied: "Copied",
  copyFailed: "Copying did not work. Select the text and copy it by hand.",
  failed: "That did not work. Try again in a moment.",
  hide: "Hide",
  offline: "No connection. What you typed is still here; try again when you are back online.",
  outdated: "This page no longer updates itself. Reload it to see the present state.",
  restored: "We put back what you had typed here.",
  show: "Show",
  shortcuts: "Keyboard shortcuts",
  yes: "Yes, go on",
};

try {
  Object.assign(texts, JSON.parse(document.querySelector('meta[name="ui-texts"]')?.content ?? "{}"));
} catch {
  // unreadable translations: the English stays
}

export default texts;
