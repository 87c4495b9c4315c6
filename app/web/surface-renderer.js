/** Draws a textured mesh with WebGL 2. */

const VERTEX = `#version 300 es
in vec3 position;
in vec2 uv;
uniform mat4 camera;
uniform mat4 model;
out vec2 place;
out vec3 point;
void main() {
  vec4 seen = model * vec4(position, 1.0);
  place = uv;
  point = seen.xyz;
  gl_Position = camera * seen;
}`;

// The light that was in the scene is in the picture already; the bare shape is lit from above left.
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 place;
in vec3 point;
uniform sampler2D picture;
uniform float bare;
out vec4 color;
void main() {
  vec3 normal = normalize(cross(dFdx(point), dFdy(point)));
  float light = 0.25 + 0.75 * max(dot(normal, normalize(vec3(-0.5, 0.6, 0.7))), 0.0);
  color = vec4(mix(texture(picture, place).rgb, vec3(0.86, 0.88, 0.9) * light, bare), 1.0);
}`;

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{positions, uvs, indices}} mesh as glb.js reads it
 * @param {ImageBitmap} picture laid on it
 * @returns {{draw: (camera: Float32Array, model: Float32Array, bare: boolean) => void,
 *   release: () => void, quick: boolean}|null} null where the browser has no WebGL 2; it is not
 *   quick where there is no GPU
 */
export function rendererOf(canvas, { positions, uvs, indices }, picture) {
  const gl = canvas.getContext("webgl2");
  if (!gl) return null;
  const program = programOf(gl);
  gl.useProgram(program);
  for (const [name, values, members] of [
    ["position", positions, 3],
    ["uv", uvs, 2],
  ]) {
    const place = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, members, gl.FLOAT, false, 0, 0);
  }
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
  gl.generateMipmap(gl.TEXTURE_2D);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  gl.enable(gl.DEPTH_TEST);
  const kind = indices instanceof Uint16Array ? gl.UNSIGNED_SHORT : gl.UNSIGNED_INT;
  const [camera, model, bare] = ["camera", "model", "bare"].map((name) =>
    gl.getUniformLocation(program, name),
  );
  return {
    draw(seen, turned, plain) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      gl.uniformMatrix4fv(camera, false, seen);
      gl.uniformMatrix4fv(model, false, turned);
      gl.uniform1f(bare, plain ? 1 : 0);
      gl.drawElements(gl.TRIANGLES, indices.length, kind, 0);
    },
    quick: !SOFTWARE.test(nameOf(gl)),
    // A browser has room for few; the oldest would be taken away.
    release: () => gl.getExtension("WEBGL_lose_context")?.loseContext(),
  };
}

/** What draws; browsers that hide it behind the extension call themselves otherwise. */
function nameOf(gl) {
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  return gl.getParameter(told?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
}

function programOf(gl) {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(gl.getProgramInfoLog(program));
  return program;
}
