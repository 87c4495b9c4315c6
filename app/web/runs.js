/** Masks as COCO's compressed run lengths (pycocotools, `rleFrString`), column by column. */

/** The lengths of runs, of what is outside first. */
export function runsOf(text) {
  const runs = [];
  for (let at = 0; at < text.length;) {
    let value = 0;
    let shift = 0;
    let code;
    do {
      code = text.charCodeAt(at++) - 48;
      value |= (code & 0x1f) << shift;
      shift += 5;
    } while (code & 0x20);
    if (code & 0x10 && shift < 32) value |= -1 << shift;
    // From the fourth on, the difference from the run before the last one.
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  return runs;
}

/**
 * The class of every pixel, row by row.
 * @param {{index: number, rle: {size: [number, number], counts: string}}[]} shapes
 */
export function classesOf(shapes, width, height) {
  const classes = new Uint8Array(width * height);
  for (const { index, rle } of shapes) {
    let place = 0;
    runsOf(rle.counts).forEach((length, turn) => {
      if (turn % 2) {
        let x = Math.floor(place / height);
        let y = place - x * height;
        for (let count = length; count > 0; count--) {
          classes[y * width + x] = index;
          if (++y === height) [x, y] = [x + 1, 0];
        }
      }
      place += length;
    });
  }
  return classes;
}
