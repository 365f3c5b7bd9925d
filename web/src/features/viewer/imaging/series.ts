import { wadors } from '@cornerstonejs/dicom-image-loader';
import { utilities } from '@cornerstonejs/metadata';
import type { DicomWeb } from '../../../shared/dicomweb/client';
import { number, text, type Dataset } from '../../../shared/dicomweb/dicomJson';
import { inOrder } from './order';
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
