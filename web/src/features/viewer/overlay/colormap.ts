/** Seven stops of cividis (Nuñez, Anderton and Renslow 2018), even in lightness and readable without red-green vision. */
const CIVIDIS = [
  [0, 32, 76],
  [31, 58, 110],
  [76, 85, 108],
  [124, 123, 120],
  [165, 156, 116],
  [211, 193, 100],
  [255, 233, 69],
];

/** Okabe and Ito's colours without black: they stay apart under the common deficiencies of colour vision. */
export const OKABE_ITO = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#d55e00', '#cc79a7'];

/** cividis at 0..255. */
export function cividis(value: number): [number, number, number] {
  const t = (Math.min(255, Math.max(0, value)) / 255) * (CIVIDIS.length - 1);
  const [low, high] = [CIVIDIS[Math.floor(t)], CIVIDIS[Math.ceil(t)]];
  return [0, 1, 2].map((c) => Math.round(low[c] + (high[c] - low[c]) * (t % 1))) as [number, number, number];
}

/** RGBA pixels of a heatmap: the more evidence, the less the image shows through. */
export function heatPixels(values: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * values.length);
  values.forEach((value, i) => {
    pixels.set(cividis(value), 4 * i);
    pixels[4 * i + 3] = Math.round(0.9 * value);
  });
  return pixels;
}

/** RGBA pixels of a labelmap; label n takes colour n - 1. */
export function labelPixels(values: Uint8Array, colors: string[]): Uint8ClampedArray<ArrayBuffer> {
  const rgb = colors.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
  const pixels = new Uint8ClampedArray(4 * values.length);
  values.forEach((label, i) => {
    if (label > 0) {
      pixels.set(rgb[(label - 1) % rgb.length], 4 * i);
      pixels[4 * i + 3] = 150;
    }
  });
  return pixels;
}
