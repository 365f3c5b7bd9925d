import { Enums, eventTarget, type Types } from '@cornerstonejs/core';
import type { DicomWeb } from '../../../shared/dicomweb/client';
import type { Point } from '../overlay/contours';
import { disable, enable, getEngine, hasGl, prefetch, setTool } from './engine';
import { openSeries } from './series';
import type { OpenSeries, Readout, Shown, Stage, ToolName, WindowChoice } from './stage';

/** The values that a window shows as black and white, by the linear function (PS3.3 §C.11.2.1.2.1). */
const rangeOf = (center: number, width: number): Types.VOIRange => ({
  lower: center - 0.5 - (width - 1) / 2,
  upper: center - 0.5 + (width - 1) / 2,
});

const windowOf = ({ lower, upper }: Types.VOIRange) => ({
  center: (lower + upper) / 2 + 0.5,
  width: upper - lower + 1,
});

export class CornerstoneStage implements Stage {
  readonly gl: boolean;
  private series: OpenSeries | undefined;
  private sent: Types.VOIRange | undefined;
  private listeners = new Set<() => void>();
  private errorListeners = new Set<(message: string) => void>();

  constructor(
    private readonly element: HTMLDivElement,
    private readonly id: string,
  ) {
    getEngine();
    this.gl = hasGl();
    enable(id, element);
    element.addEventListener(Enums.Events.IMAGE_RENDERED, this.drawn);
    eventTarget.addEventListener(Enums.Events.IMAGE_LOAD_ERROR, this.failed);
  }

  private get viewport(): Types.IStackViewport {
    return getEngine().getViewport(this.id) as Types.IStackViewport;
  }

  private drawn = () => {
    // The first drawing has the window that came with the image; a reader may change it before the stack is complete.
    if (!this.sent && this.series?.imageIds.includes(this.viewport.getCurrentImageId())) {
      this.sent = this.viewport.getProperties().voiRange;
    }
    this.listeners.forEach((listener) => listener());
  };

  private failed = (event: Event) => {
    const { imageId, error } = (event as CustomEvent<{ imageId?: string; error?: unknown }>).detail;
    const index = this.series?.imageIds.indexOf(imageId ?? '') ?? -1;
    if (index >= 0) {
      const why = error instanceof Error ? error.message : '';
      this.errorListeners.forEach((listener) => listener(`Image ${index + 1} cannot be shown. ${why}`.trim()));
    }
  };

  openSeries(dicomWeb: DicomWeb, study: string, series: string): Promise<OpenSeries> {
    return openSeries(dicomWeb, study, series);
  }

  async show(series: OpenSeries, index: number): Promise<void> {
    // The same series with more images: the reader's window and place stay.
    const kept = this.series?.uid === series.uid ? this.view() : undefined;
    this.series = series;
    this.sent = kept ? this.sent : undefined;
    await this.viewport.setStack(series.imageIds, index);
    this.sent ??= this.viewport.getProperties().voiRange;
    if (kept) {
      this.viewport.setProperties(kept.properties);
      this.viewport.setViewPresentation(kept.presentation);
    }
    this.viewport.render();
    prefetch(this.element, series.imageIds.length > 1);
  }

  private view() {
    const { voiRange, invert } = this.viewport.getProperties();
    return { properties: { voiRange, invert }, presentation: this.viewport.getViewPresentation() };
  }

  goTo(index: number): void {
    const count = this.series?.imageIds.length ?? 0;
    if (count > 0) {
      void this.viewport.setImageIdIndex(Math.min(count - 1, Math.max(0, index)));
    }
  }

  setTool(tool: ToolName): void {
    setTool(tool);
  }

  setWindow(choice: WindowChoice): void {
    if (choice === 'as-sent') {
      this.setRange(this.sent);
    } else if (choice === 'full') {
      const image = this.viewport.getCornerstoneImage();
      const toValue = (stored: number) => stored * (image.slope ?? 1) + (image.intercept ?? 0);
      this.setRange({ lower: toValue(image.minPixelValue), upper: toValue(image.maxPixelValue) });
    } else {
      this.setRange(rangeOf(choice.center, choice.width));
    }
  }

  adjustWindow(widthFactor: number, shift: number): void {
    const range = this.viewport.getProperties().voiRange;
    if (range) {
      const { center, width } = windowOf(range);
      this.setRange(rangeOf(center + shift * width, Math.max(2, width * widthFactor)));
    }
  }

  private setRange(voiRange: Types.VOIRange | undefined): void {
    if (voiRange && voiRange.upper > voiRange.lower) {
      this.viewport.setProperties({ voiRange });
      this.viewport.render();
    }
  }

  zoomBy(factor: number): void {
    this.viewport.setZoom(Math.min(40, Math.max(0.1, this.viewport.getZoom() * factor)));
    this.viewport.render();
  }

  panBy(x: number, y: number): void {
    const [px, py] = this.viewport.getPan();
    this.viewport.setPan([px + x, py + y]);
    this.viewport.render();
  }

  invert(): void {
    this.viewport.setProperties({ invert: !this.viewport.getProperties().invert });
    this.viewport.render();
  }

  reset(): void {
    this.viewport.resetProperties();
    this.viewport.resetCamera();
    this.setWindow('as-sent');
    this.viewport.render();
  }

  shown(): Shown | undefined {
    const data = this.series && this.viewport.getImageData();
    if (!this.series || !data) {
      return undefined;
    }
    const index = this.viewport.getCurrentImageIdIndex();
    const [columns, rows] = data.dimensions;
    return { index, count: this.series.imageIds.length, image: this.series.frames[index], columns, rows };
  }

  readout(): Readout | undefined {
    const properties = this.series && this.viewport.getProperties();
    if (!properties?.voiRange) {
      return undefined;
    }
    return {
      ...windowOf(properties.voiRange),
      zoom: this.viewport.getZoom(),
      inverted: properties.invert ?? false,
    };
  }

  /** By the geometry that is drawn, not by the image's tags: radiographs have no position in the patient. */
  place(column: number, row: number): Point {
    const { origin, direction, spacing } = this.viewport.getImageData()!;
    const world = [0, 1, 2].map(
      (axis) => origin[axis] + column * spacing[0] * direction[axis] + row * spacing[1] * direction[3 + axis],
    ) as Types.Point3;
    const [x, y] = this.viewport.worldToCanvas(world);
    return [x, y];
  }

  onDrawn(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onError(listener: (message: string) => void): () => void {
    this.errorListeners.add(listener);
    return () => this.errorListeners.delete(listener);
  }

  dispose(): void {
    eventTarget.removeEventListener(Enums.Events.IMAGE_LOAD_ERROR, this.failed);
    this.element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.drawn);
    this.listeners.clear();
    disable(this.id, this.element);
  }
}
