import type { Stage } from '../imaging/stage';
import { gridToCanvas } from './affine';
import { OKABE_ITO, heatPixels, labelPixels } from './colormap';
import { contours, coreLevel, gridToImage, type Point } from './contours';
import { sameImage, type Drawing, type MaskDrawing, type ShapeDrawing } from './drawing';

const SVG = 'http://www.w3.org/2000/svg';

export interface OverlayOptions {
  /** Off shows the original image, whatever else is on. */
  on: boolean;
  outlines: boolean;
  heat: boolean;
  /** 0..1. */
  opacity: number;
}

/** What is ready to draw of one image of a mask. */
interface Prepared {
  picture: HTMLCanvasElement;
  outlines: { loops: Point[][]; color: string; label: string }[];
}

/**
 * Draws results over a stage and keeps them there through scroll, zoom, pan and resize. It asks only where the stage
 * shows image points, so that it works alike with WebGL and without.
 */
export class OverlayLayer {
  private readonly canvas = document.createElement('canvas');
  private readonly svg = document.createElementNS(SVG, 'svg');
  private drawings: Drawing[] = [];
  private options: OverlayOptions = { on: true, outlines: true, heat: false, opacity: 0.6 };
  private readonly bytes = new Map<string, Uint8Array | 'loading' | 'failed'>();
  private readonly prepared = new Map<string, Prepared>();
  private readonly stop: () => void;

  constructor(
    private readonly element: HTMLElement,
    private readonly stage: Stage,
  ) {
    this.canvas.className = 'ai-layer heat';
    this.svg.setAttribute('class', 'ai-layer');
    this.svg.setAttribute('aria-hidden', 'true');
    element.append(this.canvas, this.svg);
    this.stop = stage.onDrawn(() => this.draw());
  }

  dispose(): void {
    this.stop();
    this.canvas.remove();
    this.svg.remove();
  }

  update(drawings: Drawing[], options: OverlayOptions): void {
    const known = new Set(drawings.map(({ id }) => id));
    for (const id of this.bytes.keys()) {
      if (!known.has(id)) {
        this.bytes.delete(id);
      }
    }
    for (const key of this.prepared.keys()) {
      if (!known.has(key.slice(0, key.lastIndexOf('#')))) {
        this.prepared.delete(key);
      }
    }
    this.drawings = drawings;
    this.options = options;
    this.draw();
  }

  private draw(): void {
    const { clientWidth, clientHeight } = this.element;
    if (this.canvas.width !== clientWidth || this.canvas.height !== clientHeight) {
      this.canvas.width = clientWidth;
      this.canvas.height = clientHeight;
    }
    const context = this.canvas.getContext('2d')!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    this.svg.replaceChildren();
    const shown = this.stage.shown();
    this.element.dataset.heat = 'off';
    if (!shown || !this.options.on) {
      return;
    }
    for (const drawing of this.drawings) {
      if (drawing.kind === 'mask') {
        const index = drawing.images.findIndex((image) => sameImage(image, shown.image));
        if (index >= 0) {
          this.drawMask(context, drawing, index, shown);
        }
      } else if (this.options.outlines && sameImage(drawing.image, shown.image)) {
        this.drawShape(drawing);
      }
    }
  }

  private drawMask(
    context: CanvasRenderingContext2D,
    mask: MaskDrawing,
    index: number,
    image: { columns: number; rows: number },
  ): void {
    const ready = this.prepare(mask, index);
    if (!ready) {
      return;
    }
    if (this.options.heat && mask.heat !== false) {
      context.setTransform(...gridToCanvas(this.stage.place.bind(this.stage), mask, image));
      context.globalAlpha = this.options.opacity;
      context.imageSmoothingEnabled = mask.form === 'Heatmap';
      context.imageSmoothingQuality = 'high';
      context.drawImage(ready.picture, 0, 0);
      this.element.dataset.heat = 'on';
    }
    if (this.options.outlines && mask.outline !== false) {
      for (const { loops, color, label } of ready.outlines) {
        const path = loops.map((loop) => loop.map((point) => this.placed(gridToImage(point, mask, image))));
        const d = path
          .map((loop) => 'M' + loop.map((p) => p.map((v) => v.toFixed(1)).join(' ')).join('L') + 'Z')
          .join('');
        this.addLine('path', { d }, color);
        this.addLabel(topOf(path), label, color);
      }
    }
  }

  private prepare(mask: MaskDrawing, index: number): Prepared | undefined {
    const key = `${mask.id}#${index}`;
    const ready = this.prepared.get(key);
    if (ready) {
      return ready;
    }
    const bytes = this.bytes.get(mask.id);
    if (bytes === undefined) {
      this.bytes.set(mask.id, 'loading');
      mask.load().then(
        (loaded) => this.keep(mask, loaded),
        () => this.bytes.set(mask.id, 'failed'),
      );
    }
    if (!(bytes instanceof Uint8Array)) {
      return undefined;
    }
    const size = mask.rows * mask.columns;
    const made = prepareImage(mask, bytes.subarray(index * size, (index + 1) * size));
    this.prepared.set(key, made);
    return made;
  }

  private keep(mask: MaskDrawing, loaded: Uint8Array): void {
    const expected = mask.images.length * mask.rows * mask.columns;
    this.bytes.set(mask.id, loaded.length === expected ? loaded : 'failed');
    this.draw();
  }

  private placed([column, row]: Point): Point {
    return this.stage.place(column, row);
  }

  private drawShape(shape: ShapeDrawing): void {
    const points = Array.from({ length: shape.points.length >> 1 }, (_, i) =>
      this.placed([shape.points[2 * i], shape.points[2 * i + 1]]),
    );
    if (points.length === 0) {
      return;
    }
    if (shape.form === 'Point') {
      const [[cx, cy]] = points;
      this.addLine('circle', { cx: cx.toFixed(1), cy: cy.toFixed(1), r: '6' }, shape.color);
    } else if (shape.form === 'Box' && points.length >= 2) {
      const [x0, y0, x1, y1] = shape.points;
      const corners: Point[] = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]; // prettier-ignore
      this.addLine('polygon', { points: list(corners.map((corner) => this.placed(corner))) }, shape.color);
    } else {
      this.addLine(shape.form === 'Contour' ? 'polygon' : 'polyline', { points: list(points) }, shape.color);
    }
    this.addLabel(topOf([points]), shape.label ?? '', shape.color);
  }

  /** A dark casing below each line keeps it readable on white lung and on black air alike. */
  private addLine(kind: string, attributes: Record<string, string>, color: string): void {
    for (const part of ['casing', 'line']) {
      const node = document.createElementNS(SVG, kind);
      Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
      node.setAttribute('class', part);
      if (part === 'line') {
        node.setAttribute('stroke', color);
      }
      this.svg.append(node);
    }
  }

  private addLabel([x, y]: Point, label: string, color: string): void {
    if (!label) {
      return;
    }
    const left = Math.min(Math.max(4, x), this.element.clientWidth - 8 * label.length);
    const base = Math.min(Math.max(14, y - 7), this.element.clientHeight - 6);
    for (const part of ['casing', 'name']) {
      const node = document.createElementNS(SVG, 'text');
      node.setAttribute('class', part);
      node.setAttribute('x', left.toFixed(1));
      node.setAttribute('y', base.toFixed(1));
      node.setAttribute('fill', color);
      node.textContent = label;
      this.svg.append(node);
    }
  }
}

const list = (points: Point[]) => points.map((p) => p.map((v) => v.toFixed(1)).join(',')).join(' ');

/** The highest point: a label there hides least of what is outlined. */
function topOf(paths: Point[][]): Point {
  return paths.flat().reduce((top, point) => (point[1] < top[1] ? point : top), [0, Infinity] as Point);
}

function prepareImage(mask: MaskDrawing, values: Uint8Array): Prepared {
  const { columns, rows } = mask;
  const colors = mask.colors.length ? mask.colors : OKABE_ITO;
  const picture = document.createElement('canvas');
  picture.width = columns;
  picture.height = rows;
  const pixels = mask.form === 'Heatmap' ? heatPixels(values) : labelPixels(values, colors);
  picture.getContext('2d')!.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  const outlines: Prepared['outlines'] = [];
  if (mask.form === 'Heatmap') {
    const level = coreLevel(values);
    if (level !== undefined) {
      outlines.push({ loops: contours(values, columns, rows, level), color: colors[0], label: mask.labels[0] ?? '' });
    }
  } else {
    for (const label of new Set(values)) {
      if (label > 0) {
        const inside = Float32Array.from(values, (value) => (value === label ? 1 : 0));
        const loops = contours(inside, columns, rows, 0.5);
        outlines.push({ loops, color: colors[(label - 1) % colors.length], label: mask.labels[label - 1] ?? '' });
      }
    }
  }
  return { picture, outlines };
}
