/* The only script in a page itself (start.py writes it there): it loads the page's modules once the browser says that the page is seen, so
   that no script stands between a visitor and the text. In a tab behind others nothing is painted, and there is nothing to wait for. */
const start = () => document.getElementsByName("module").forEach(({ content }) => import(content)); // twice is as good as once
const seen = new PerformanceObserver((paints) => paints.getEntriesByName("first-contentful-paint").forEach(start));
const whole = () => seen.observe({ type: "paint", buffered: true });
document.hidden ? start() : requestAnimationFrame(() => requestAnimationFrame(whole));
setTimeout(start, 2000);
