/* The counter with a finger: a signature, marks on the outline of a device, a code read by the camera.

   data-signature        a pad whose strokes go into a hidden field as [[[x, y], …], …] within 1000 by 300
   data-damage           a tap on an outline fills the next free row of the list
   data-scan="id"        a button that reads a barcode into that field; it stays hidden where the browser cannot */
import { onAdded } from "../ui/js/added.js";

const MOST_POINTS = 3900;
const MOST_STROKES = 80;
const clamp = (value, most) => Math.min(most, Math.max(0, Math.round(value)));

function signature(frame) {
  if (frame.dataset.ready) return;
  frame.dataset.ready = "yes";
  const pad = frame.querySelector("[data-signature-pad]");
  const canvas = pad.querySelector("canvas");
  const field = frame.querySelector("[data-signature-strokes]");
  const draw = canvas.getContext("2d");
  let strokes = [];
  let current = null;
  pad.hidden = false;

  const show = () => {
    draw.clearRect(0, 0, canvas.width, canvas.height);
    Object.assign(draw, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(canvas).color });
    for (const stroke of strokes) {
      draw.beginPath();
      draw.moveTo(...stroke[0]);
      for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) draw.lineTo(...point);
      draw.stroke();
    }
  };
  const read = () => {
    try {
      strokes = JSON.parse(field.value || "[]");
    } catch {
      strokes = [];
    }
    show();
  };
  const keep = () => {
    field.value = strokes.length ? JSON.stringify(strokes) : "";
    field.dispatchEvent(new Event("input", { bubbles: true })); // the draft on the device notices
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [clamp(((event.clientX - box.left) / box.width) * 1000, 1000), clamp(((event.clientY - box.top) / box.height) * 300, 300)];
  };
  const points = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

  canvas.addEventListener("pointerdown", (event) => {
    if (strokes.length >= MOST_STROKES || points() >= MOST_POINTS) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    strokes.push((current = [at(event)]));
    show();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current || points() >= MOST_POINTS) return;
    const point = at(event);
    const last = current.at(-1);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < 3) return;
    current.push(point);
    show();
  });
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, () => {
      if (current) keep();
      current = null;
    });
  frame.querySelector("[data-signature-clear]").addEventListener("click", () => {
    strokes = [];
    show();
    keep();
  });
  frame.closest("form")?.addEventListener("draft:restored", read);
  read();
}

const SVG = "http://www.w3.org/2000/svg";

function damage(frame) {
  if (frame.dataset.ready) return void frame.dispatchEvent(new Event("damage:show"));
  frame.dataset.ready = "yes";
  const rows = [...frame.querySelectorAll("[data-damage-row]")];
  const part = (row, name) => row.querySelector(`[name^="mark_${name}_"]`);
  const isFree = (row) => !part(row, "note").value && !part(row, "at").value && !part(row, "place").value;
  const used = () => rows.filter((row) => !isFree(row));

  const show = () => {
    frame.querySelectorAll(".outline-new").forEach((mark) => mark.remove());
    used().forEach((row, index) => {
      const place = part(row, "at").value || part(row, "place").value;
      if (!place) return;
      const [x, y] = place.split(",").map(Number);
      const svg = frame.querySelector(`[data-outline="${part(row, "side").value}"]`);
      if (!svg) return; // the photo was removed meanwhile
      const { width, height } = svg.viewBox.baseVal;
      const group = document.createElementNS(SVG, "g");
      group.setAttribute("class", "outline-mark outline-new");
      group.setAttribute("transform", `translate(${(x * width) / 1000} ${(y * height) / 1000})`);
      const circle = document.createElementNS(SVG, "circle");
      circle.setAttribute("r", 36);
      const text = document.createElementNS(SVG, "text");
      text.setAttribute("dy", 14);
      text.textContent = Number(frame.dataset.next) + index;
      group.append(circle, text);
      svg.append(group);
    });
    rows.forEach((row, index) => (row.hidden = index > used().length)); // one free row at a time
  };

  frame.addEventListener("click", (event) => {
    const svg = event.target.closest("[data-outline]");
    const row = svg && rows.find(isFree);
    if (!row) return;
    const box = svg.getBoundingClientRect();
    const x = clamp(((event.clientX - box.left) / box.width) * 1000, 1000);
    const y = clamp(((event.clientY - box.top) / box.height) * 1000, 1000);
    const side = part(row, "side");
    const known = [...side.options].some((option) => option.value === svg.dataset.outline);
    if (!known) side.append(new Option(svg.ariaLabel, svg.dataset.outline)); // a photo taken since the page was opened
    side.value = svg.dataset.outline;
    part(row, "at").value = `${x},${y}`;
    part(row, "place").value = nearest(part(row, "place"), x, y);
    show();
    const note = part(row, "note");
    note.focus();
    note.dispatchEvent(new Event("input", { bubbles: true }));
  });
  frame.addEventListener("damage:show", show);
  frame.addEventListener("input", (event) => {
    if (event.target.name?.startsWith("mark_place_")) part(event.target.closest("[data-damage-row]"), "at").value = "";
    show();
  });
  frame.closest("form")?.addEventListener("draft:restored", show);
  show();
}

function nearest(select, x, y) {
  const away = (option) => {
    const [px, py] = option.value.split(",").map(Number);
    return Math.hypot(px - x, py - y);
  };
  return [...select.options].filter((option) => option.value).sort((a, b) => away(a) - away(b))[0].value;
}

async function scan(button) {
  const field = document.getElementById(button.dataset.scan);
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const video = Object.assign(document.createElement("video"), { srcObject: stream, playsInline: true, muted: true });
  const stop = Object.assign(document.createElement("button"), { type: "button", className: "button button-secondary", textContent: button.dataset.stop });
  stop.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => (stream.getTracks().forEach((track) => track.stop()), dialog.remove(), field.focus()));
  dialog.append(video, stop);
  document.body.append(dialog);
  dialog.showModal();
  await video.play();
  const detector = new BarcodeDetector();
  while (dialog.open) {
    const [found] = await detector.detect(video).catch(() => []);
    if (found) {
      field.value = found.rawValue.trim();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      return dialog.close();
    }
    await new Promise((next) => setTimeout(next, 150));
  }
}

onAdded((root) => {
  root.querySelectorAll("[data-signature]").forEach(signature);
  root.querySelectorAll("[data-damage]").forEach(damage);
  const around = root.closest("[data-damage]");
  if (around) damage(around);
  if ("BarcodeDetector" in window && navigator.mediaDevices) root.querySelectorAll("[data-scan]").forEach((button) => (button.hidden = false));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-scan]");
  if (button) scan(button).catch(() => document.getElementById(button.dataset.scan)?.focus()); // no camera: type it
});
