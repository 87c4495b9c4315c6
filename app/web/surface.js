/** A surface in space that turns slowly: dragged, zoomed by the wheel, or by keys. */

import { el } from "./dom.js";
import { meshOf } from "./glb.js";
import { multiply, perspective, turned } from "./matrix.js";
import { rendererOf } from "./surface-renderer.js";

const FIELD = 0.6; // radians of the camera's height
const SWING = 0.5; // radians to either side while it turns
const PERIOD = 9000; // milliseconds there and back
const STEEP = 1.2; // radians it may be turned upwards or downwards
const STEP = 0.12; // radians of a key
const NEAREST = 0.35; // of the distance from which all is seen
const FARTHEST = 2;
const SLOW = 150; // milliseconds of a frame
const PATIENCE = 3; // slow frames in a row, after which it stands still: nothing else would move
const AWAY = 1.1; // of the distance at which the surface fills the view

/**
 * @param {Blob} file a GLB
 * @param {string} name what it shows
 * @param {() => void} stopped called if it stops turning since this browser draws too slowly
 * @returns {Promise<{element: Element, turning: boolean, turn: (on: boolean) => void,
 *   bare: (on: boolean) => void}|null>} null where the browser has no WebGL; it is not drawn while
 *   it is out of sight, and turns by itself unless people want less motion or there is no GPU
 */
export async function surfaceOf(file, name, stopped = () => {}) {
  const mesh = meshOf(await file.arrayBuffer());
  const canvas = el("canvas", { role: "img", "aria-label": name });
  const bitmap = await createImageBitmap(mesh.picture);
  const renderer = rendererOf(canvas, mesh, bitmap);
  bitmap.close();
  if (!renderer) return null;
  const element = el(
    "div",
    {
      class: "surface",
      tabindex: 0,
      role: "group",
      "aria-label": `${name}; arrows turn it, plus and minus zoom`,
      on: { keydown: steer, wheel, pointerdown, pointermove, pointerup: lift, pointercancel: lift },
    },
    canvas,
  );
  const calm = !renderer.quick || matchMedia("(prefers-reduced-motion: reduce)").matches;
  const state = { yaw: calm ? 0.35 : 0, pitch: 0.15, zoom: 1, bare: false, turning: !calm };
  const reach = reachOf(mesh.positions);
  const fingers = new Map();
  let seen = false;
  let asked = 0; // the frame that was asked for
  let phase = 0;
  let last = 0;
  let slow = 0;

  function stand() {
    state.turning = false;
    stopped();
  }

  function draw(now) {
    asked = 0;
    if (state.turning && last) phase += now - last;
    slow = last && now - last > SLOW ? slow + 1 : 0;
    last = now;
    if (slow > PATIENCE) stand();
    const { clientWidth, clientHeight } = element;
    if (!clientWidth || !clientHeight) return;
    const pixels = renderer.quick ? Math.min(2, devicePixelRatio) : 1;
    const sides = [clientWidth, clientHeight].map((side) => Math.round(side * pixels));
    if (canvas.width !== sides[0] || canvas.height !== sides[1])
      [canvas.width, canvas.height] = sides;
    const ratio = clientWidth / clientHeight;
    const whole = Math.max(reach.y, reach.x / ratio) / Math.tan(FIELD / 2) + reach.z;
    const distance = whole * AWAY * state.zoom;
    const yaw = state.yaw + SWING * Math.sin((phase / PERIOD) * 2 * Math.PI);
    const camera = perspective(FIELD, ratio, distance / 50, distance + 4 * reach.z + 4);
    const model = multiply(turned(yaw, state.pitch, distance), reach.centred);
    renderer.draw(camera, model, state.bare);
    element.dataset.yaw = yaw.toFixed(3);
    element.dataset.zoom = state.zoom.toFixed(3);
    if (state.turning) again();
  }

  function again() {
    if (seen && !asked) asked = requestAnimationFrame(draw);
  }

  function rotate(right, down) {
    state.yaw += right;
    state.pitch = Math.min(STEEP, Math.max(-STEEP, state.pitch + down));
    again();
  }

  function zoom(times) {
    state.zoom = Math.min(FARTHEST, Math.max(NEAREST, state.zoom * times));
    again();
  }

  function steer(event) {
    const turns = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    };
    if (event.key === "+" || event.key === "=") zoom(1 / 1.2);
    else if (event.key === "-") zoom(1.2);
    else if (turns[event.key]) rotate(...turns[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function wheel(event) {
    event.preventDefault();
    zoom(Math.exp(event.deltaY / 500));
  }

  function pointerdown(event) {
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  }

  function pointermove(event) {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    if (other) zoom(apart(before) / apart(now));
    else rotate((now[0] - before[0]) / 150, (now[1] - before[1]) / 150);
  }

  function lift(event) {
    fingers.delete(event.pointerId);
  }

  new ResizeObserver(again).observe(element);
  new IntersectionObserver(([{ isIntersecting }]) => {
    if (seen && !element.isConnected) return renderer.release();
    seen = isIntersecting;
    last = 0; // it goes on where it stopped
    again();
  }).observe(element);
  return {
    element,
    turn(on) {
      state.turning = on;
      last = slow = 0;
      again();
    },
    bare(on) {
      state.bare = on;
      again();
    },
    turning: state.turning,
  };
}

/** Half the sides of the box around the points, and what brings its middle to the origin. */
function reachOf(positions) {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let at = 0; at < positions.length; at++) {
    const axis = at % 3;
    low[axis] = Math.min(low[axis], positions[at]);
    high[axis] = Math.max(high[axis], positions[at]);
  }
  const [x, y, z] = low.map((least, axis) => (high[axis] - least) / 2);
  const middle = low.map((least, axis) => -(high[axis] + least) / 2);
  const centred = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, ...middle, 1]);
  return { x, y, z, centred };
}
