// The faces we ship: self-hosted from packages, split by unicode-range, with fallbacks of the same width and height
// so that nothing jumps when a face arrives. The measures were computed from the font files against Arial and Times.
export const faces = [
  { package: "instrument-sans", sheet: "wght.css", scripts: ["latin", "latin-ext"] },
  { package: "figtree", sheet: "wght.css", scripts: ["latin", "latin-ext"] },
  { package: "fraunces", sheet: "opsz.css", scripts: ["latin", "latin-ext"] },
  { package: "bricolage-grotesque", sheet: "wght.css", scripts: ["latin", "latin-ext"] },
  { package: "sofia-sans-condensed", sheet: "wght.css", scripts: ["latin", "latin-ext"] },
  { package: "noto-sans-arabic", sheet: "wght.css", scripts: ["arabic"] },
  { package: "noto-sans-hebrew", sheet: "wght.css", scripts: ["hebrew"] },
  { package: "noto-sans-thai", sheet: "wght.css", scripts: ["thai"] },
];

// A hundred pieces by unicode-range; its rules alone are 30 KB, so they are a sheet of their own for pages that need it.
export const chinese = { package: "noto-sans-sc", sheet: "wght.css", scripts: null };

export const fallbacks = [
  { family: "Instrument Fallback", local: ["Arial", "Liberation Sans"], size: 103.2, ascent: 94.0, descent: 24.2 },
  { family: "Figtree Fallback", local: ["Arial", "Liberation Sans"], size: 101.5, ascent: 93.6, descent: 24.6 },
  { family: "Fraunces Fallback", local: ["Times New Roman", "Liberation Serif"], size: 111.1, ascent: 88.0, descent: 22.9 },
  { family: "Bricolage Fallback", local: ["Arial Bold", "Liberation Sans Bold"], size: 101.3, ascent: 91.8, descent: 26.6 },
  { family: "Sofia Fallback", local: ["Arial Bold", "Liberation Sans Bold"], size: 73.4, ascent: 122.7, descent: 40.9 },
];
