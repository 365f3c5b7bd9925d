/** Results as the host sends them: the JSON of the SDK's result records. */

export type Presence = 'Present' | 'Absent' | 'Indeterminate' | 'NotAssessed';
export type Laterality = 'Left' | 'Right' | 'Bilateral' | 'Midline';

export interface ImageRef {
  sop: string;
  frame?: number;
}

interface Common {
  id: string;
  /** The id of the result that this one belongs to. */
  of?: string;
  final?: boolean;
}

export interface Gate extends Common {
  kind: 'gate';
  status: 'Ok' | 'Qualified' | 'Refused';
  reasons?: string[];
  image?: ImageRef;
}

export interface Finding extends Common {
  kind: 'finding';
  name: string;
  presence: Presence;
  probability?: number;
  threshold?: number;
  laterality?: Laterality;
  detail?: string;
  reason?: string;
  critical?: boolean;
  images?: ImageRef[];
  text?: { reportId: string; start: number; length: number };
}

export interface Measurement extends Common {
  kind: 'measurement';
  name: string;
  value: number;
  unit: string;
  reference?: string;
  reason?: string;
}

export interface Shape extends Common {
  kind: 'shape';
  form: 'Point' | 'Line' | 'Contour' | 'Box';
  image: ImageRef;
  points: number[];
  label?: string;
}

export interface Mask extends Common {
  kind: 'mask';
  form: 'Labelmap' | 'Heatmap';
  images: ImageRef[];
  rows: number;
  columns: number;
  segments?: string[];
}

export interface KeyImage extends Common {
  kind: 'keyImage';
  image: ImageRef;
  why: string;
}

export interface ReportText extends Common {
  kind: 'reportText';
  section: string;
  text: string;
}

export type Result = Gate | Finding | Measurement | Shape | Mask | KeyImage | ReportText;

/** Where the bytes of a mask are: [image, y, x], one byte each. */
export interface MaskBytes {
  href: string;
  rows: number;
  columns: number;
  bytes: number;
}

export interface ModelUse {
  name: string;
  version?: string;
  sha256?: string;
}
