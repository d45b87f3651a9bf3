/* Dragging a card: the same form as the card's own menu, sent for the column it was dropped on.
   data-board on the board, data-status on a column, data-moves (statuses it may go to) on a card. */
let dragged = null;

const columnOf = (event) => event.target.closest?.("[data-status]");
const mayDrop = (column) => dragged && column && dragged.dataset.moves.split(" ").includes(column.dataset.status);
const clear = () => document.querySelectorAll(".is-target").forEach((column) => column.classList.remove("is-target"));

addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-moves]");
  if (!dragged) return;
  dragged.classList.add("is-dragged");
  dragged.toggleAttribute("data-live-keep", true); // a live update must not take the card out of the hand
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
});

addEventListener("dragover", (event) => {
  const column = columnOf(event);
  clear();
  if (!mayDrop(column)) return;
  event.preventDefault();
  column.classList.add("is-target");
});

addEventListener("drop", (event) => {
  const column = columnOf(event);
  if (!mayDrop(column)) return;
  event.preventDefault();
  const form = dragged.querySelector("form.board-move");
  form.elements.after.value = column.dataset.status;
  form.requestSubmit();
});

addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged?.removeAttribute("data-live-keep");
  dragged = null;
  clear();
});
