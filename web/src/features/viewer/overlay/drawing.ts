/** What is drawn over images, in image coordinates: 0 is the centre of the first column or row. */

export interface ImageKey {
  sop: string;
  frame: number;
}

export const sameImage = (a: ImageKey | undefined, b: ImageKey | undefined) =>
  !!a && !!b && a.sop === b.sop && a.frame === b.frame;

export interface ShapeDrawing {
  kind: 'shape';
  id: string;
  image: ImageKey;
  form: 'Point' | 'Line' | 'Contour' | 'Box';
  /** x, y, x, y … */
  points: number[];
  label?: string;
  color: string;
}

export interface MaskDrawing {
  kind: 'mask';
  id: string;
  form: 'Heatmap' | 'Labelmap';
  images: ImageKey[];
  rows: number;
  columns: number;
  /** One name a label, or one for the heatmap. */
  labels: string[];
  colors: string[];
  /** Whether its outline, and its values in colour, may be shown; both unless told otherwise. */
  outline?: boolean;
  heat?: boolean;
  /** The bytes, [image, y, x]. */
  load(): Promise<Uint8Array>;
}

export type Drawing = ShapeDrawing | MaskDrawing;
