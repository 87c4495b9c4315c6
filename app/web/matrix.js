/** 4x4 matrices, column by column as WebGL wants them. */

export function multiply(one, other) {
  const made = new Float32Array(16);
  for (let column = 0; column < 4; column++)
    for (let row = 0; row < 4; row++)
      for (let at = 0; at < 4; at++)
        made[column * 4 + row] += one[at * 4 + row] * other[column * 4 + at];
  return made;
}

/** What a camera sees at the origin that looks along -z; `field` is the height's angle. */
export function perspective(field, ratio, near, far) {
  const scale = 1 / Math.tan(field / 2);
  const depth = (far + near) / (near - far);
  const rest = (2 * far * near) / (near - far);
  return new Float32Array([scale / ratio, 0, 0, 0, 0, scale, 0, 0, 0, 0, depth, -1, 0, 0, rest, 0]);
}

/** Turned by `yaw` around y, then by `pitch` around x, then moved away by `distance`. */
export function turned(yaw, pitch, distance) {
  const [cy, sy, cx, sx] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return new Float32Array([
    ...[cy, sx * sy, -cx * sy, 0],
    ...[0, cx, sx, 0],
    ...[sy, -sx * cy, cx * cy, 0],
    ...[0, 0, -distance, 1],
  ]);
}
