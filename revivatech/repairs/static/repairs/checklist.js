/* "All work" without a round trip: it fills in what is still open and leaves every exception as it is. */
import { announce } from "../ui/js/toasts.js";

document.addEventListener("click", (event) => {
  const all = event.target.closest("[data-all-work]");
  if (!all) return;
  event.preventDefault();
  const form = all.form;
  for (const line of form.querySelectorAll(".checklist-line"))
    if (!line.querySelector(":checked")) line.querySelector('[value="works"]').checked = true;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  all.form.querySelector(":checked")?.dispatchEvent(new Event("input", { bubbles: true }));
  announce(all.textContent.trim());
});
