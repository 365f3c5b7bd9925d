import { wadors } from '@cornerstonejs/dicom-image-loader';
import { utilities } from '@cornerstonejs/metadata';
import type { DicomWeb } from '../../../shared/dicomweb/client';
import { number, numbers, text, type Dataset } from '../../../shared/dicomweb/dicomJson';
import type { OpenSeries } from './stage';

/** Reads a series' metadata, gives it to the imaging library and lists its frames in the order to scroll through. */
export async function openSeries(dicomWeb: DicomWeb, study: string, series: string): Promise<OpenSeries> {
  const instances = inOrder((await dicomWeb.seriesMetadata(study, series)).filter(hasPixels));
  if (instances.length === 0) {
    throw new Error('This series has no images.');
  }
  const frames = instances.flatMap((instance) => {
    const sop = text(instance, '00080018');
    const count = Math.max(1, number(instance, '00280008') ?? 1);
    return Array.from({ length: count }, (_, frame) => ({ sop, frame, instance }));
  });
  const imageIds = frames.map(({ sop, frame, instance }) => {
    const imageId = `wadors:${dicomWeb.frameUrl(study, series, sop, frame)}`;
    wadors.metaDataManager.add(imageId, instance as never);
    utilities.addDicomWebInstance(imageId, instance as never);
    return imageId;
  });
  return {
    uid: series,
    modality: text(instances[0], '00080060'),
    description: text(instances[0], '0008103E'),
    frames: frames.map(({ sop, frame }) => ({ sop, frame })),
    imageIds,
  };
}

/** Rows and Columns are required wherever there are pixels (PS3.3 §C.7.6.3). */
function hasPixels(instance: Dataset): boolean {
  return (number(instance, '00280010') ?? 0) > 0 && (number(instance, '00280011') ?? 0) > 0;
}

/**
 * By place along the slices' normal where every slice has one and they differ, otherwise by instance number: acquired
 * numbers may run in either direction or be missing.
 */
export function inOrder(instances: Dataset[]): Dataset[] {
  const byNumber = (a: Dataset, b: Dataset) =>
    (number(a, '00200013') ?? 0) - (number(b, '00200013') ?? 0) ||
    text(a, '00080018').localeCompare(text(b, '00080018'));
  const places = new Map(instances.map((instance) => [instance, along(instance)]));
  const known = [...places.values()].filter((place) => place !== undefined);
  const distinct = new Set(known.map((place) => place.toFixed(3))).size;
  if (known.length === instances.length && distinct === instances.length && distinct > 1) {
    // From the feet's end of the normal upwards reads as head first when scrolling down: highest first.
    return [...instances].sort((a, b) => places.get(b)! - places.get(a)!);
  }
  return [...instances].sort(byNumber);
}

function along(instance: Dataset): number | undefined {
  const position = numbers(instance, '00200032');
  const [rx, ry, rz, cx, cy, cz] = numbers(instance, '00200037');
  if (position.length !== 3 || cz === undefined) {
    return undefined;
  }
  return position[0] * (ry * cz - rz * cy) + position[1] * (rz * cx - rx * cz) + position[2] * (rx * cy - ry * cx);
}
