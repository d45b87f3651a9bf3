/* The one door for text that becomes part of the page (`require-trusted-types-for` in the content-security policy).
   HTML may pass: it is our own server's, and the policy runs no script in it. Text never becomes a script, and a
   script's address must be of this site. Anything that asks for a policy of another name is refused by the browser. */
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (text) => text,
  createScriptURL: (address) => (new URL(address, document.baseURI).origin === location.origin ? address : null),
});
