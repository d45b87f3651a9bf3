/* htmx with our settings; those it reads while it loads (no inline style) stand in base.html's meta tag. Failures become a message: the problem's own words when the server sent them. */
import htmx from "../vendor/htmx.js";
import texts from "./texts.js";
import { toast } from "./toasts.js";
import { added } from "./added.js";

Object.assign(htmx.config, {
  allowEval: false, // the content-security policy forbids it
  allowScriptTags: false,
  historyCacheSize: 0, // a private page must not stay behind in this browser
  selfRequestsOnly: true,
  timeout: 20000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true }, // a form that was refused comes back with its errors
    { code: "[45]..", swap: false, error: true },
  ],
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  const answer = new DOMParser().parseFromString(detail.xhr.responseText, "text/html").querySelector("[data-problem]");
  toast(answer?.textContent.trim().replace(/\s+/g, " ") || texts.failed, { kind: "danger" });
});
document.addEventListener("htmx:sendError", () => toast(texts.offline, { kind: "danger" }));
document.addEventListener("htmx:timeout", () => toast(texts.offline, { kind: "danger" }));
document.addEventListener("htmx:afterSettle", ({ detail }) => added(detail.elt));

export const process = (root) => htmx.process(root);
