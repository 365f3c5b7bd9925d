import { number, text, type Dataset } from '../../shared/dicomweb/dicomJson';

export interface SeriesEntry {
  uid: string;
  modality: string;
  description: string;
  instances: number | undefined;
  number: number | undefined;
  /** False for what has no images: reports, segmentations, presentation states, keys. */
  image: boolean;
}

const NO_IMAGES = new Set([
  'SR',
  'SEG',
  'PR',
  'KO',
  'DOC',
  'RTSTRUCT',
  'RTPLAN',
  'RTDOSE',
  'REG',
  'AU',
  'ECG',
  'PLAN',
  'FID',
]);

/** Series as they are listed: images first, each by series number. */
export function seriesEntries(datasets: Dataset[]): SeriesEntry[] {
  return datasets
    .map((dataset) => {
      const modality = text(dataset, '00080060');
      return {
        uid: text(dataset, '0020000E'),
        modality,
        description: text(dataset, '0008103E'),
        instances: number(dataset, '00201209'),
        number: number(dataset, '00200011'),
        image: !NO_IMAGES.has(modality),
      };
    })
    .sort(
      (a, b) =>
        Number(b.image) - Number(a.image) || (a.number ?? 1e9) - (b.number ?? 1e9) || a.uid.localeCompare(b.uid),
    );
}
