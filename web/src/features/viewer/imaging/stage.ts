import type { DicomWeb } from '../../../shared/dicomweb/client';
import type { ImageKey } from '../overlay/drawing';
import type { Point } from '../overlay/contours';

/** A series as the viewport takes it: its frames in the order to scroll through. */
export interface OpenSeries {
  uid: string;
  modality: string;
  description: string;
  frames: ImageKey[];
  imageIds: string[];
}

export type ToolName = 'window' | 'pan' | 'zoom' | 'scroll';

export interface Shown {
  index: number;
  count: number;
  image: ImageKey;
  columns: number;
  rows: number;
}

export interface Readout {
  center: number;
  width: number;
  zoom: number;
  inverted: boolean;
}

export type WindowChoice = 'as-sent' | 'full' | { center: number; width: number };

/**
 * One viewport that shows a stack of images. All that the rest of the viewer knows of the imaging library: another grid
 * (three windows of a head CT) is several stages.
 */
export interface Stage {
  /** False where there is no WebGL: stacks are drawn by the processor, volumes not at all. */
  readonly gl: boolean;
  openSeries(dicomWeb: DicomWeb, study: string, series: string): Promise<OpenSeries>;
  show(series: OpenSeries, index: number): Promise<void>;
  goTo(index: number): void;
  setTool(tool: ToolName): void;
  setWindow(choice: WindowChoice): void;
  /** Scales the window's width and shifts its centre, both relative to the width. */
  adjustWindow(widthFactor: number, shift: number): void;
  zoomBy(factor: number): void;
  panBy(x: number, y: number): void;
  invert(): void;
  reset(): void;
  shown(): Shown | undefined;
  readout(): Readout | undefined;
  /** Where an image point is in the viewport, in CSS pixels from its corner. */
  place(column: number, row: number): Point;
  /** Called after each drawing of the image. */
  onDrawn(listener: () => void): () => void;
  /** Called when an image cannot be fetched or decoded. */
  onError(listener: (message: string) => void): () => void;
  dispose(): void;
}

/** Loads the imaging library (1 MB) and makes a stage in the element. */
export async function createStage(element: HTMLDivElement, id: string): Promise<Stage> {
  const { CornerstoneStage } = await import('./cornerstoneStage');
  return new CornerstoneStage(element, id);
}
