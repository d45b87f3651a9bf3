/* [data-combobox] (search.html): arrow keys walk through the suggestions, Escape and a click elsewhere close them. */

const stops = (box) => [box.querySelector("input"), ...box.querySelectorAll(".suggestions :is(a[href], button, label input)")];

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-combobox]");
  if (!box) return;
  if (event.key === "Escape" && close(box)) {
    event.preventDefault();
    box.querySelector("input").focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const places = stops(box);
  if (places.length < 2) return;
  event.preventDefault();
  places.at((places.indexOf(event.target) + step) % places.length).focus();
});

document.addEventListener("click", (event) => {
  for (const box of document.querySelectorAll("[data-combobox]")) if (!box.contains(event.target)) close(box);
});

function close(box) {
  const list = box.querySelector(".suggestions");
  if (!list?.firstElementChild) return false;
  list.replaceChildren();
  return true;
}
