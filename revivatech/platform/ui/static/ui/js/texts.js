/* The few sentences scripts say, in the page's language. The server sends them (platform/ui/texts.py): the page's layout those of
   every module, a page with larger modules theirs: <meta name="ui-texts" content='{"copied": "…"}'>. A text that was not sent is its name. */

const sent = {};
for (const meta of document.querySelectorAll('meta[name="ui-texts"]')) {
  try {
    Object.assign(sent, JSON.parse(meta.content));
  } catch {
    // a page that somebody tampered with: names are better than nothing
  }
}

export default new Proxy(sent, { get: (texts, name) => texts[name] ?? name });
