/* The page's one WebSocket to the live hub: opens, keeps alive, comes back. docs/develop/live.md has the protocol. */

const CHUNK = 6000; // characters of tokens in one message; the hub takes 8 KB
const PING_EVERY = 45_000;
const PONG_WITHIN = 8_000;
const LONGEST_PAUSE = 30_000;
const LEAVE_OVER = 4001; // signed out or another role: only a page fetched anew may come back

export function hubAddress() {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
  if (meta("live-url")) return meta("live-url");
  return meta("live-port") ? `${location.protocol === "https:" ? "wss" : "ws"}://${location.hostname}:${meta("live-port")}/live` : null;
}

export class HubSocket {
  #socket = null;
  #wanted = false;
  #failures = 0;
  #timers = {};

  /* on: { open(), message(object), close(over) }; over: the hub took back all that was listened to, and we stay away */
  constructor(address, on) {
    this.address = address;
    this.on = on;
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    this.#wanted = true;
    if (this.#socket || !this.address) return;
    clearTimeout(this.#timers.retry);
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      this.#timers.ping = setInterval(() => this.check(), PING_EVERY);
      this.on.open();
    };
    socket.onmessage = ({ data }) => {
      clearTimeout(this.#timers.pong); // any word proves that the line lives
      this.on.message(JSON.parse(data));
    };
    socket.onclose = ({ code }) => this.#closed(socket, code === LEAVE_OVER);
  }

  close() {
    this.#wanted = false;
    clearTimeout(this.#timers.retry);
    this.#drop();
  }

  /* Ask for a sign of life; without one the line is dead although the browser does not know it (sleep, another network). */
  check() {
    if (!this.isOpen) return;
    clearTimeout(this.#timers.pong);
    this.#timers.pong = setTimeout(() => this.#drop(), PONG_WITHIN);
    this.send({ ping: Date.now() % 1_000_000 });
  }

  send(message) {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  subscribe(tokens) {
    let chunk = [];
    for (const token of new Set(tokens)) {
      chunk.push(token);
      if (chunk.join().length > CHUNK) this.send({ subscribe: chunk.splice(0) });
    }
    if (chunk.length) this.send({ subscribe: chunk });
  }

  #drop() {
    const socket = this.#socket;
    socket?.close();
    this.#closed(socket); // a dead line never answers the close
  }

  #closed(socket, over = false) {
    if (!socket || socket !== this.#socket) return;
    this.#socket = null;
    clearInterval(this.#timers.ping);
    clearTimeout(this.#timers.pong);
    if (over) this.#wanted = false;
    this.on.close(over);
    if (!this.#wanted) return;
    // Half of the pause is chance: when a hub restarts, its pages must not all come back in one moment.
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** this.#failures++);
    this.#timers.retry = setTimeout(() => this.open(), pause * (0.5 + Math.random() / 2));
  }
}
