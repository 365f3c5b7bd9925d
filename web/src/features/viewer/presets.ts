import type { WindowChoice } from './imaging/stage';

export interface Preset {
  key: string;
  name: string;
  window: WindowChoice | { widthFactor: number };
}

const CT: Preset[] = [
  { key: '1', name: 'Soft', window: { center: 40, width: 400 } },
  { key: '2', name: 'Lung', window: { center: -600, width: 1500 } },
  { key: '3', name: 'Bone', window: { center: 480, width: 2500 } },
  { key: '4', name: 'Brain', window: { center: 40, width: 80 } },
  { key: '5', name: 'Subdural', window: { center: 75, width: 215 } },
  { key: '6', name: 'Stroke', window: { center: 40, width: 40 } },
];

/** Radiographs have no absolute scale: their windows are relative to the one that came with the image. */
const OTHER: Preset[] = [
  { key: '1', name: 'As sent', window: 'as-sent' },
  { key: '2', name: 'Full range', window: 'full' },
  { key: '3', name: 'More contrast', window: { widthFactor: 0.6 } },
  { key: '4', name: 'Less contrast', window: { widthFactor: 1.6 } },
];

export const presetsOf = (modality: string): Preset[] => (modality === 'CT' ? CT : OTHER);
