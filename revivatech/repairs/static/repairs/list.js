/* The queue and the board by keyboard: j and k walk along the repairs, x ticks, o opens, m and a go to what is done with
   the ticked ones. The walk is the browser's own focus, so Enter and a screen reader follow it. */
import { shortcut } from "../ui/js/keys.js";
import texts from "../ui/js/texts.js";

const links = () => [...document.querySelectorAll("tr a.code, .board-card a.code")];
const here = () => {
  const part = document.activeElement?.closest("tr, .board-card");
  return links().findIndex((link) => part?.contains(link));
};
const boxOf = (link) => link?.closest("tr, .board-card").querySelector(".row-tick input");

function walk(by) {
  const all = links();
  const at = here();
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
  all[Math.max(0, Math.min(next, all.length - 1))]?.focus();
}

function choose() {
  const present = boxOf(links()[here()]);
  if (present && !document.querySelector(".row-tick input:checked")) present.click();
  document.getElementById("bulk-step")?.focus();
}

const words = document.getElementById("bulk-step")?.dataset ?? {};
shortcut("j", texts.nextRepair, () => walk(1));
shortcut("k", texts.previousRepair, () => walk(-1));
shortcut("o", texts.openRepair, () => links()[here()]?.click());
if (document.getElementById("bulk-step")) {
  shortcut("x", words.tick, () => boxOf(links()[here()])?.click());
  shortcut("m", words.move, choose);
  shortcut("a", words.assign, choose);
}
