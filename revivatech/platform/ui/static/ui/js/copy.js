/* <button data-copy="text"> or data-copy="#id" copies that text, or the value or text of that element. */
import texts from "./texts.js";
import { toast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const what = button.dataset.copy;
  const source = what.startsWith("#") ? document.querySelector(what) : null;
  const text = source ? (source.value ?? source.textContent.trim()) : what;
  try {
    await navigator.clipboard.writeText(text);
    toast(texts.copied, { kind: "success", seconds: 3 });
  } catch {
    source?.select?.(); // no clipboard without HTTPS: leave it selected
    toast(texts.copyFailed, { kind: "warning" });
  }
});
