/* A tablet everybody uses: after a minute without a touch it forgets the person and begins again. Seconds: data-kiosk-seconds. */
const frame = document.querySelector("[data-kiosk]");
let timer;

function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    document.querySelectorAll("form").forEach((form) => form.reset());
    location.replace(frame.dataset.kiosk);
  }, Number(frame.dataset.kioskSeconds ?? 60) * 1000);
}

if (frame) {
  for (const sign of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(sign, wait, { passive: true, capture: true });
  addEventListener("pageshow", (event) => event.persisted && location.replace(frame.dataset.kiosk)); // stepping back shows nobody's page
  wait();
}
