/** Binary glTF 2.0 as `/v1/normals` writes it: one mesh of triangles with a picture on it. */

const MAGIC = 0x46546c67; // "glTF"
const TYPES = { 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array };
const MEMBERS = { SCALAR: 1, VEC2: 2, VEC3: 3 };

/**
 * @param {ArrayBuffer} file (glTF 2.0, section 4)
 * @returns {{positions: Float32Array, uvs: Float32Array, indices: Uint16Array|Uint32Array,
 *   picture: Blob}}
 * @throws {Error} of anything else
 */
export function meshOf(file) {
  const view = new DataView(file);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== 2)
    throw new Error("This is no binary glTF 2.0");
  // Two chunks, each behind its length and its type.
  const length = view.getUint32(12, true);
  const told = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 20, length)));
  const start = 20 + length + 8;

  function bytesOf(index) {
    const { byteOffset = 0, byteLength } = told.bufferViews[index];
    return [start + byteOffset, byteLength];
  }

  function numbers(index) {
    const { bufferView, byteOffset = 0, componentType, type, count } = told.accessors[index];
    const [offset] = bytesOf(bufferView);
    return new TYPES[componentType](file, offset + byteOffset, count * MEMBERS[type]);
  }

  const [{ attributes, indices }] = told.meshes[0].primitives;
  const [{ bufferView, mimeType }] = told.images;
  return {
    positions: numbers(attributes.POSITION),
    uvs: numbers(attributes.TEXCOORD_0),
    indices: numbers(indices),
    picture: new Blob([new Uint8Array(file, ...bytesOf(bufferView))], { type: mimeType }),
  };
}
