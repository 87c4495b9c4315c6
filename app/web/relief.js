/** A surface as it looks where a light falls on it, from its normals (app/tasks/normals.py). */

/** The unit vector to a light: degrees, azimuth clockwise from above, elevation to the camera. */
export function toward(azimuth, elevation) {
  const [around, up] = [azimuth, elevation].map((degrees) => (degrees * Math.PI) / 180);
  return [Math.sin(around) * Math.cos(up), -Math.cos(around) * Math.cos(up), -Math.sin(up)];
}

/** Where a light is that is dragged to a place, 0..1 each way: at the camera in the middle. */
export function lightAt([x, y]) {
  const [right, down] = [2 * x - 1, 2 * y - 1];
  const flat = Math.min(1, Math.hypot(right, down));
  return {
    azimuth: Math.round(((Math.atan2(right, -down) * 180) / Math.PI + 360) % 360),
    elevation: Math.round((Math.acos(flat) * 180) / Math.PI),
  };
}

/**
 * Light a map.
 * @param {Uint8ClampedArray} map RGBA of (n + 1) * 127.5; black is unknown
 * @param {ImageData} lit of the same size, painted gray
 */
export function light(map, lit, azimuth, elevation) {
  const [x, y, z] = toward(azimuth, elevation).map((part) => part * 2);
  const base = -127.5 * (x + y + z);
  const gray = new Uint32Array(lit.data.buffer);
  for (let at = 0, pixel = 0; at < map.length; at += 4, pixel++) {
    const [red, green, blue] = [map[at], map[at + 1], map[at + 2]];
    const sum = red || green || blue ? base + x * red + y * green + z * blue : 0;
    const level = sum < 0 ? 0 : sum > 255 ? 255 : Math.round(sum);
    gray[pixel] = 0xff000000 | (level << 16) | (level << 8) | level;
  }
}
