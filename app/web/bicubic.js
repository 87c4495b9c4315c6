/** Bicubic enlargement, as it is commonly compared with (Keys 1981, a = -0.5; Pillow's BICUBIC). */

const A = -0.5;

function weight(distance) {
  const x = Math.abs(distance);
  if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  return x < 2 ? ((x - 5) * x + 8) * x * A - 4 * A : 0;
}

/** Of each place of the larger side: where its four neighbours begin, and their weights. */
function taps(from, to) {
  return Array.from({ length: to }, (_, place) => {
    const centre = ((place + 0.5) * from) / to - 0.5;
    const first = Math.floor(centre) - 1;
    const at = [0, 1, 2, 3]
      .map((step) => first + step)
      .filter((index) => index >= 0 && index < from);
    const weights = at.map((index) => weight(index - centre));
    const sum = weights.reduce((one, other) => one + other, 0);
    return { first: at[0], weights: weights.map((one) => one / sum) };
  });
}

/**
 * @param {ImageData} image
 * @returns {ImageData} of the larger size
 */
export function bicubic(image, width, height) {
  // Rounded in between, as Pillow does.
  const wide = new Uint8ClampedArray(width * image.height * 4);
  taps(image.width, width).forEach(({ first, weights }, x) => {
    for (let y = 0; y < image.height; y++) {
      for (let channel = 0; channel < 4; channel++) {
        const from = (y * image.width + first) * 4 + channel;
        let sum = 0;
        for (let step = 0; step < weights.length; step++)
          sum += weights[step] * image.data[from + step * 4];
        wide[(y * width + x) * 4 + channel] = sum;
      }
    }
  });
  const made = new ImageData(width, height); // its numbers are rounded and clamped by themselves
  const row = width * 4;
  taps(image.height, height).forEach(({ first, weights }, y) => {
    for (let x = 0; x < row; x++) {
      let sum = 0;
      for (let step = 0; step < weights.length; step++)
        sum += weights[step] * wide[(first + step) * row + x];
      made.data[y * row + x] = sum;
    }
  });
  return made;
}
