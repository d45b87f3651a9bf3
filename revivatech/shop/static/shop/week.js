// Copies Monday's times to the other weekdays. Without this module each day is filled in by hand.
const week = document.querySelector("[data-week]");
const row = week?.querySelector("[data-copy-week]");

function times(day) {
  return [...week.querySelectorAll(`[data-day="${day}"] input`)];
}

if (row) {
  row.hidden = false;
  row.querySelector("button").addEventListener("click", () => {
    const monday = times(0).map((input) => input.value);
    for (const day of [1, 2, 3, 4]) {
      times(day).forEach((input, place) => {
        input.value = monday[place];
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
  });
}
