/* A page transition that the browser skips (a quick second click, a window that is hidden) is no error: nobody waits for it. */
const quiet = ({ viewTransition: it }) => [it?.ready, it?.finished, it?.updateCallbackDone].forEach((promise) => promise?.catch(() => {}));

for (const moment of ["pageswap", "pagereveal"]) addEventListener(moment, quiet);
addEventListener("unhandledrejection", (event) => {
  if (/transition was (skipped|aborted)/i.test(event.reason?.message ?? "")) event.preventDefault();
});
