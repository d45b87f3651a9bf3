/* <span data-clock-since="2026-11-22T14:02:00+00:00" data-clock-hours="{h} h {m} min" data-clock-minutes="{m} min">: counts on
   beside a running clock. The server wrote what it was when the page was made, so nothing is lost without this. */

function count() {
  for (const shown of document.querySelectorAll("[data-clock-since]")) {
    const minutes = Math.max(0, Math.round((Date.now() - Date.parse(shown.dataset.clockSince)) / 60_000));
    const words = minutes < 60 ? shown.dataset.clockMinutes : shown.dataset.clockHours;
    const text = words.replace("{h}", Math.floor(minutes / 60)).replace("{m}", minutes % 60);
    if (shown.textContent !== text) shown.textContent = text;
  }
}

setInterval(count, 15_000);
