/**
 * The pictures that come with the page, who made them, and which task begins with which; `further`
 * are those that belong to one, by their part of a form.
 */

export const SAMPLES = [
  {
    name: "cat.jpg",
    shows: "A cat",
    credit: "Stéfan van der Walt, CC0",
    tasks: ["classification"],
  },
  {
    name: "coffee-150.png",
    shows: "A cup of coffee",
    credit: "Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0",
    tasks: [],
  },
  {
    name: "pavilion-480.jpg",
    shows: "A pavilion above a lake",
    credit: "danielbuechele, CC BY 2.0",
    tasks: [
      "segmentation",
      "saliency",
      "edges",
      "normals",
      "semantic-boundaries",
      "scene",
      "style",
    ],
  },
  {
    name: "astronaut-128.png",
    shows: "An astronaut",
    credit: "NASA, public domain",
    tasks: ["super-resolution", "parts"],
  },
  { name: "rocket-160.png", shows: "A rocket", credit: "SpaceX, public domain", tasks: [] },
  {
    name: "flying-1.jpg",
    further: { next: "flying-2.jpg" },
    shows: "An astronaut flying past a pavilion",
    credit: "NASA and danielbuechele, CC BY 2.0",
    tasks: ["flow"],
  },
];

export const sampleOf = (task) => SAMPLES.find(({ tasks }) => tasks.includes(task)) ?? SAMPLES[0];

export const pathOf = (name) => `web/samples/${name}`;
