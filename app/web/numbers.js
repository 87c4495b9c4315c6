/** Numbers as people read them. */

/** 0.9803 as 98.0 %, and what is almost nothing as such. */
export function percent(fraction) {
  if (fraction > 0 && fraction < 0.0005) return "< 0.1 %";
  return `${(fraction * 100).toFixed(1)} %`;
}

/** Milliseconds, with seconds from one on. */
export function duration(milliseconds) {
  if (milliseconds >= 60_000) {
    const seconds = Math.round(milliseconds / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  if (milliseconds >= 10_000) return `${Math.round(milliseconds / 1000)} s`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** Bytes in the units of the metric system. */
export function bytes(count) {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} MB`;
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)} kB` : `${count} bytes`;
}

/** `super-resolution` as Super-resolution. */
export function heading(name) {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
