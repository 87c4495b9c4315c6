/** A picture as people gave it, and whether this browser can show it. */

/**
 * @returns {Promise<{blob: Blob, name: string, url: string, width: number?, height: number?,
 *   shown: boolean}>} upright width and height, null where the browser can not tell
 */
export async function pictureOf(blob, name) {
  const url = URL.createObjectURL(blob);
  const size = await sizeOf(url);
  return { blob, name, url, ...size, shown: size.width !== null };
}

/** Give back what the browser keeps for it. */
export function forget(picture) {
  if (picture) URL.revokeObjectURL(picture.url);
}

/** The name without its suffix. */
export const stem = (picture) => picture.name.replace(/\.[^.]*$/, "");

async function sizeOf(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return { width: image.naturalWidth, height: image.naturalHeight };
  } catch {
    return { width: null, height: null };
  }
}

/** The pixels of a picture, brought to a size with the browser's best filter. */
export async function pixelsOf(blob, width, height) {
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(width ?? bitmap.width, height ?? bitmap.height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** Sides of at most so many pixels in all, in the same proportion. */
export function within(width, height, pixels) {
  const scale = Math.min(1, Math.sqrt(pixels / (width * height)));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** The file in a data URL; the page's policy lets nobody fetch one. */
export function fileOf(url) {
  const letters = atob(url.slice(url.indexOf(",") + 1));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
}
