/* <aside data-install-hint hidden>: shown on pages people come back to, when the browser can put the site on the home screen and nobody
   said no here before. [data-install-yes] asks the browser, [data-install-no] is remembered on this device. */
import texts from "./texts.js";

const hint = document.querySelector("[data-install-hint]");
const ANSWER = "install-hint";
const installed = matchMedia("(display-mode: standalone)").matches || navigator.standalone;

function answered() {
  try {
    return localStorage.getItem(ANSWER);
  } catch {
    return "no"; // it could not be remembered, so it is not asked
  }
}

function close(answer) {
  hint.hidden = true;
  try {
    localStorage.setItem(ANSWER, answer);
  } catch {
    // asked again on the next page
  }
}

if (!installed && !answered()) {
  const yes = hint.querySelector("[data-install-yes]");
  hint.querySelector("[data-install-no]").addEventListener("click", () => close("no"));
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    yes.onclick = async () => {
      event.prompt();
      close((await event.userChoice).outcome);
    };
    hint.hidden = false;
  });
  addEventListener("appinstalled", () => close("accepted"));
  // These telephones never ask a page; there it is two taps in the browser's own menu.
  if (navigator.standalone === false) {
    yes.replaceWith(texts.installApple);
    hint.hidden = false;
  }
}
