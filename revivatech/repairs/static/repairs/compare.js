/* <div data-compare="label">: two pictures side by side become one with a slider between them. The slider is a range field, so
   keys, fingers and screen readers move it alike. Where it stood is kept when a live update replaces the pictures. */
import { onAdded } from "../ui/js/added.js";

let stood = 50;

function enhance(frame) {
  if (frame.querySelector(".compare-range")) return;
  const range = Object.assign(document.createElement("input"), { type: "range", className: "compare-range", min: 0, max: 100, value: stood });
  range.ariaLabel = frame.dataset.compare;
  const show = () => frame.style.setProperty("--at", `${(stood = range.value)}%`);
  range.addEventListener("input", show);
  frame.classList.add("compare-live");
  frame.append(range);
  show();
}

onAdded((root) => root.querySelectorAll("[data-compare]").forEach(enhance));
