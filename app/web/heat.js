/** The heat map's colours, as in app/imaging/render.py: matplotlib's "inferno" (CC0). */

// Every sixteenth of 256 levels.
const STOPS = [
  "000004 0b0724 210c4a 3c0965 57106d 70196e 89226a a32b61 bb3755",
  "d14644 e35932 f1711e f98d0a fcab0f f9ca32 f2e865 fcffa4",
]
  .join(" ")
  .split(" ")
  .map((text) => [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)));

const COLORS = Array.from({ length: 256 }, (_, level) => {
  const place = (level / 255) * (STOPS.length - 1);
  const below = Math.min(Math.floor(place), STOPS.length - 2);
  return [0, 1, 2].map(
    (channel) =>
      STOPS[below][channel] + (place - below) * (STOPS[below + 1][channel] - STOPS[below][channel]),
  );
});

/** Turn gray levels, in place, into colours from black to pale yellow. */
export function heat({ data }) {
  for (let at = 0; at < data.length; at += 4) data.set(COLORS[data[at]], at);
}
