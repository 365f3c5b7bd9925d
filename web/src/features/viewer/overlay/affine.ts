import type { Point } from './contours';

/** a, b, c, d, e, f as canvas and SVG take them: x' = a x + c y + e, y' = b x + d y + f. */
export type Affine = [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * The map from a grid that covers an image edge to edge to the canvas, from where the canvas shows three of the image's
 * points: its first pixel's centre, one column to the right of it, and one row below.
 */
export function gridToCanvas(
  place: (column: number, row: number) => Point,
  grid: { columns: number; rows: number },
  image: { columns: number; rows: number },
): Affine {
  const [ox, oy] = place(-0.5, -0.5);
  const [rx, ry] = place(image.columns - 0.5, -0.5);
  const [dx, dy] = place(-0.5, image.rows - 0.5);
  return [(rx - ox) / grid.columns, (ry - oy) / grid.columns, (dx - ox) / grid.rows, (dy - oy) / grid.rows, ox, oy];
}

export function apply([a, b, c, d, e, f]: Affine, [x, y]: Point): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}
