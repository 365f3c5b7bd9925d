import { describe, expect, it } from 'vitest';
import { apply, gridToCanvas } from './affine';
import { cividis, heatPixels, labelPixels } from './colormap';
import { area, contours, coreLevel, gridToImage, type Point } from './contours';

const grid = (rows: string[]) => Float64Array.from(rows.join('').split('').map(Number));

describe('contours', () => {
  it('Given a disc of known radius, the outline encloses its area', () => {
    const size = 64;
    const radius = 20;
    // A cone that passes the level .5 exactly at the radius.
    const values = Float64Array.from({ length: size * size }, (_, i) =>
      Math.max(0, 1 - Math.hypot((i % size) - 31.5, Math.floor(i / size) - 31.5) / (2 * radius)),
    );
    const loops = contours(values, size, size, 0.5);
    expect(loops).toHaveLength(1);
    expect(Math.abs(area(loops[0]) / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.01);
    for (const [x, y] of loops[0]) {
      expect(Math.abs(Math.hypot(x - 31.5, y - 31.5) - radius)).toBeLessThan(0.1);
    }
  });

  it('Given a single cell, the outline is a diamond through the half way points', () => {
    const [loop] = contours(grid(['000', '010', '000']), 3, 3, 0.5);
    expect(loop.map(String).sort()).toEqual(['0.5,1', '1,0.5', '1,1.5', '1.5,1']);
  });

  it('Given a region at the border, its outline closes beyond the grid', () => {
    const loops = contours(grid(['11', '11']), 2, 2, 0.5);
    expect(loops).toHaveLength(1);
    expect(area(loops[0])).toBeCloseTo(3.5, 6); // two by two cells, half a corner cell lost four times an eighth
  });

  it('Given a ring, the outer and the inner edge are outlined', () => {
    const loops = contours(grid(['11111', '10001', '10001', '10001', '11111']), 5, 5, 0.5);
    expect(loops).toHaveLength(2);
  });

  it('Given two cells that touch by a corner, they are two outlines or one, and nothing is lost', () => {
    const apart = contours(grid(['0000', '0100', '0010', '0000']), 4, 4, 0.6);
    expect(apart).toHaveLength(2);
    const together = contours(grid(['0000', '0100', '0010', '0000']), 4, 4, 0.4);
    expect(together).toHaveLength(1);
  });

  it('Given random grids, every outline is closed: each point is met as often as it is left', () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 50; round++) {
      const values = Float64Array.from({ length: 12 * 9 }, random);
      const inside = values.filter((v) => v >= 0.5).length;
      const loops = contours(values, 12, 9, 0.5);
      expect(loops.every((loop) => loop.length >= 4)).toBe(true);
      for (const loop of loops) {
        loop.forEach(([x, y], i) => {
          const [nx, ny] = loop[(i + 1) % loop.length];
          expect(Math.hypot(nx - x, ny - y)).toBeLessThan(1.5);
        });
      }
      expect(loops.length > 0).toBe(inside > 0);
    }
  });

  it('Given a flat map, there is no core to outline', () => {
    expect(coreLevel(new Uint8Array(16).fill(3))).toBeUndefined();
    expect(coreLevel(Uint8Array.of(0, 200, 10))).toBe(100);
  });
});

describe('placing a grid', () => {
  const image = { columns: 512, rows: 256 };
  const coarse = { columns: 16, rows: 8 };
  /** A canvas that shows the image rotated a quarter turn, twice as large, moved by (30, 40). */
  const place = (column: number, row: number): Point => [30 - 2 * row, 40 + 2 * column];

  it('Given a coarse grid, its cells lie over the pixels that they stand for', () => {
    expect(gridToImage([0, 0], coarse, image)).toEqual([15.5, 15.5]);
    expect(gridToImage([15, 7], coarse, image)).toEqual([495.5, 239.5]);
    expect(gridToImage([3, 4], { columns: 512, rows: 256 }, image)).toEqual([3, 4]);
  });

  it('Given a turned, zoomed and moved canvas, the grid goes with it', () => {
    const affine = gridToCanvas(place, coarse, image);
    // The corner of the grid is the outer corner of the first pixel.
    expect(apply(affine, [0, 0])).toEqual(place(-0.5, -0.5));
    expect(apply(affine, [16, 8])).toEqual(place(511.5, 255.5));
    // A cell's centre, by either way.
    expect(apply(affine, [3.5, 2.5])).toEqual(place(...gridToImage([3, 2], coarse, image)));
  });
});

describe('colours', () => {
  it('Given cividis, it runs from dark blue to yellow and never gets darker', () => {
    expect(cividis(0)).toEqual([0, 32, 76]);
    expect(cividis(255)).toEqual([255, 233, 69]);
    const luma = Array.from({ length: 256 }, (_, v) => cividis(v)).map(
      ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b,
    );
    expect(luma.every((v, i) => i === 0 || v >= luma[i - 1] - 0.5)).toBe(true);
  });

  it('Given no evidence, the image shows through untouched', () => {
    const pixels = heatPixels(Uint8Array.of(0, 255));
    expect(pixels[3]).toBe(0);
    expect(pixels[7]).toBeGreaterThan(200);
  });

  it('Given labels, background is clear and label n has colour n', () => {
    const pixels = labelPixels(Uint8Array.of(0, 2), ['#e69f00', '#56b4e9']);
    expect([...pixels]).toEqual([0, 0, 0, 0, 0x56, 0xb4, 0xe9, 150]);
  });
});
