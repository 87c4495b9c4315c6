/** Two pictures of one place: a divider between them, and one zoom and one place for both. */

import { el } from "./dom.js";

const LARGEST = 16;

/**
 * @param {Element} before shown left of the divider
 * @param {Element} after shown right of it
 * @param {[string, string]} names of the two
 * @returns {{element: Element, divide: (percent: number) => void, zoom: (times: number) => void,
 *   zoomed: (listener: (times: number) => void) => void}}
 */
export function comparison(before, after, names) {
  const panes = [before, after].map((picture) => el("div", { class: "pane" }, picture));
  const divider = el("div", { class: "divider" });
  const tags = names.map((text, index) =>
    el("span", { class: `tag ${index ? "right" : "left"}`, text }),
  );
  const element = el(
    "div",
    {
      class: "viewport",
      tabindex: 0,
      role: "group",
      "aria-label": "Enlarged picture; plus and minus zoom, arrows move",
      on: { keydown: steer, wheel, pointerdown, pointermove, pointerup: lift, pointercancel: lift },
    },
    panes,
    divider,
    tags,
  );
  const view = { scale: 1, x: 0, y: 0 };
  const fingers = new Map();
  let share = 0.5;
  let dragging = false;
  const listeners = [];

  function draw() {
    // Whatever is zoomed into, the pictures cover the viewport.
    const { clientWidth: width, clientHeight: height } = element;
    view.x = Math.min(0, Math.max(width * (1 - view.scale), view.x));
    view.y = Math.min(0, Math.max(height * (1 - view.scale), view.y));
    for (const pane of panes)
      pane.firstChild.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    const pixelated = view.scale > 4 ? "pixelated" : "";
    panes.forEach((pane) => (pane.firstChild.style.imageRendering = pixelated));
    panes[1].style.clipPath = `inset(0 0 0 ${share * 100}%)`;
    divider.style.left = `${share * 100}%`;
    // A finger that goes up or down scrolls the page, until there is something to move.
    element.style.touchAction = view.scale > 1 ? "none" : "pan-y";
  }

  function zoomAt(x, y, scale) {
    const next = Math.min(LARGEST, Math.max(1, scale));
    view.x = x - ((x - view.x) * next) / view.scale;
    view.y = y - ((y - view.y) * next) / view.scale;
    view.scale = next;
    draw();
    listeners.forEach((listener) => listener(next));
  }

  const zoom = (times) => zoomAt(element.clientWidth / 2, element.clientHeight / 2, times);

  function divide(percent) {
    share = percent / 100;
    draw();
  }

  function steer(event) {
    const step = 40;
    const moves = {
      ArrowLeft: [step, 0],
      ArrowRight: [-step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    if (event.key === "+" || event.key === "=") zoom(view.scale * 1.5);
    else if (event.key === "-") zoom(view.scale / 1.5);
    else if (moves[event.key]) {
      view.x += moves[event.key][0];
      view.y += moves[event.key][1];
      draw();
    } else return;
    event.preventDefault();
  }

  const place = (event) => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  function wheel(event) {
    event.preventDefault();
    zoomAt(...place(event), view.scale * Math.exp(-event.deltaY / 400));
  }

  function pointerdown(event) {
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
    // Near the divider it is the divider that is meant; nothing else can be moved before a zoom.
    dragging = view.scale === 1 || Math.abs(place(event)[0] - share * element.clientWidth) < 24;
    if (dragging && fingers.size === 1) divide(percentAt(event));
  }

  function pointermove(event) {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const now = place(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (other) {
      const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
      zoomAt(
        (now[0] + other[0]) / 2,
        (now[1] + other[1]) / 2,
        (view.scale * apart(now)) / apart(last),
      );
    } else if (dragging) divide(percentAt(event));
    else {
      view.x += now[0] - last[0];
      view.y += now[1] - last[1];
      draw();
    }
  }

  function lift(event) {
    fingers.delete(event.pointerId);
  }

  const percentAt = (event) =>
    Math.min(100, Math.max(0, (place(event)[0] / element.clientWidth) * 100));

  new ResizeObserver(draw).observe(element);
  return { element, divide, zoom, zoomed: (listener) => listeners.push(listener) };
}
