export type Point = [x: number, y: number];

/**
 * Closed outlines of where a grid reaches a level, by marching squares with linear interpolation, in grid coordinates
 * (0 is the centre of the first cell). Beyond its edge the grid counts as empty, so that every outline closes.
 */
export function contours(values: ArrayLike<number>, columns: number, rows: number, level: number): Point[][] {
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= columns || y >= rows ? 0 : values[y * columns + x]);
  /** From each segment's start to its ends, both named by the cell edge that they lie on. */
  const next = new Map<number, number[]>();
  const place = new Map<number, Point>();
  const width = columns + 2;

  // An edge is named by its upper or left grid point and its direction; the border adds one point on each side.
  const edge = (x: number, y: number, vertical: 0 | 1): number => {
    const name = ((y + 1) * width + (x + 1)) * 2 + vertical;
    if (!place.has(name)) {
      const [a, b] = [at(x, y), vertical ? at(x, y + 1) : at(x + 1, y)];
      const t = (level - a) / (b - a);
      place.set(name, vertical ? [x, y + t] : [x + t, y]);
    }
    return name;
  };
  const join = (from: number, to: number) => next.set(from, [...(next.get(from) ?? []), to]);

  for (let y = -1; y < rows; y++) {
    for (let x = -1; x < columns; x++) {
      const [a, b, c, d] = [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)];
      const inside =
        Number(a >= level) | (Number(b >= level) << 1) | (Number(c >= level) << 2) | (Number(d >= level) << 3);
      if (inside === 0 || inside === 15) {
        continue;
      }
      const top = () => edge(x, y, 0);
      const right = () => edge(x + 1, y, 1);
      const bottom = () => edge(x, y + 1, 0);
      const left = () => edge(x, y, 1);
      // Segments run with the inside on their right, so that the end of one is the start of the next.
      const joined = (a + b + c + d) / 4 >= level;
      switch (inside) {
        case 1:
          join(left(), top());
          break;
        case 2:
          join(top(), right());
          break;
        case 3:
          join(left(), right());
          break;
        case 4:
          join(right(), bottom());
          break;
        case 6:
          join(top(), bottom());
          break;
        case 7:
          join(left(), bottom());
          break;
        case 8:
          join(bottom(), left());
          break;
        case 9:
          join(bottom(), top());
          break;
        case 11:
          join(bottom(), right());
          break;
        case 12:
          join(right(), left());
          break;
        case 13:
          join(right(), top());
          break;
        case 14:
          join(top(), left());
          break;
        // Two opposite corners: whether they touch is judged by the mean of the four.
        case 5:
          if (joined) {
            join(right(), top());
            join(left(), bottom());
          } else {
            join(left(), top());
            join(right(), bottom());
          }
          break;
        case 10:
          if (joined) {
            join(top(), left());
            join(bottom(), right());
          } else {
            join(top(), right());
            join(bottom(), left());
          }
          break;
      }
    }
  }
  return chain(next, place);
}

function chain(next: Map<number, number[]>, place: Map<number, Point>): Point[][] {
  const loops: Point[][] = [];
  for (const [start, ends] of next) {
    while (ends.length > 0) {
      const loop: Point[] = [];
      let here: number | undefined = start;
      do {
        loop.push(place.get(here)!);
        here = next.get(here)?.pop();
      } while (here !== undefined && here !== start);
      loops.push(loop);
    }
  }
  return loops;
}

/** Area inside a closed outline, in grid cells, whichever way it runs. */
export function area(loop: Point[]): number {
  let twice = 0;
  loop.forEach(([x, y], i) => {
    const [nx, ny] = loop[(i + 1) % loop.length];
    twice += x * ny - nx * y;
  });
  return Math.abs(twice) / 2;
}

/** A grid covers its image edge to edge: the centre of grid cell (x, y) in image coordinates. */
export function gridToImage(
  [x, y]: Point,
  grid: { columns: number; rows: number },
  image: { columns: number; rows: number },
): Point {
  return [((x + 0.5) / grid.columns) * image.columns - 0.5, ((y + 0.5) / grid.rows) * image.rows - 0.5];
}

/** The level that bounds a heatmap's core: half of its maximum; undefined where it shows next to nothing. */
export function coreLevel(values: ArrayLike<number>): number | undefined {
  let max = 0;
  for (let i = 0; i < values.length; i++) {
    max = Math.max(max, values[i]);
  }
  return max < 16 ? undefined : max / 2;
}
