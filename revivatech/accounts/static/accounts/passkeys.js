// Passkeys: forms with data-passkey="create | get" fill their credential field from the browser's authenticator.
// The options are in data-options as JSON, or are fetched from data-options-url. Texts come from the page.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

function readable(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answer[name] = text(response[name]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  };
}

async function create(options, alone) {
  const publicKey = {
    ...options.publicKey,
    challenge: bytes(options.publicKey.challenge),
    user: { ...options.publicKey.user, id: bytes(options.publicKey.user.id) },
    excludeCredentials: withBytes(options.publicKey.excludeCredentials),
  };
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  return navigator.credentials.create({ publicKey });
}

async function get(options) {
  return navigator.credentials.get({
    publicKey: {
      ...options.publicKey,
      challenge: bytes(options.publicKey.challenge),
      allowCredentials: withBytes(options.publicKey.allowCredentials),
    },
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options;
}

function say(form, message) {
  const place = form.querySelector("[data-passkey-message]");
  place.textContent = message;
  place.hidden = !message;
}

async function run(form) {
  say(form, "");
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const options = await optionsOf(form);
    const credential =
      form.dataset.passkey === "create"
        ? await create(options, form.elements.passwordless?.checked ?? false)
        : await get(options);
    form.elements.credential.value = JSON.stringify(readable(credential));
    form.submit();
  } catch (error) {
    say(form, error.name === "NotAllowedError" ? form.dataset.cancelled : form.dataset.failed);
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    say(form, form.dataset.unsupported);
    continue;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
  form.querySelector("button[type=submit]").hidden = false;
}
