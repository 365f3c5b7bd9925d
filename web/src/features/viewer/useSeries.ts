import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { messageOf } from '../../shared/http';
import type { OpenSeries, Stage } from './imaging/stage';
import { sameImage, type ImageKey } from './overlay/drawing';
import { seriesEntries, type SeriesEntry } from './seriesList';

/** A study that arrives image by image is listed this often, not once an image. */
const LIST_EVERY_MS = 700;

/** Stacks of more images than this begin in the middle, where there is something to see. */
const SHORT_STACK = 8;

interface StudySeries {
  series: SeriesEntry[];
  open: OpenSeries | undefined;
  openSeries: (uid: string, image?: ImageKey) => Promise<void>;
  /** Opens the series so many places on, if there is one. */
  step: (by: number) => void;
}

/**
 * The series of a study, listed again as images arrive, and the one that is open on the stage: the first at first, again
 * with its new images when it has grown, and the one of an image that is asked for.
 */
export function useSeries(
  study: string,
  revision: number,
  stage: Stage | undefined,
  target: { image: ImageKey } | undefined,
  onMessage: (message: string) => void,
): StudySeries {
  const { dicomWeb } = useWorkplace();
  const [series, setSeries] = useState<SeriesEntry[]>([]);
  const [open, setOpen] = useState<OpenSeries>();
  const opening = useRef(0);
  /** The series that is open or on its way. */
  const wanted = useRef<string | undefined>(undefined);
  const listedAt = useRef(-LIST_EVERY_MS);

  const openSeries = useCallback(
    async (uid: string, image?: ImageKey) => {
      if (!stage) {
        return;
      }
      const mine = ++opening.current;
      wanted.current = uid;
      onMessage('Loading images…');
      try {
        const opened = await stage.openSeries(dicomWeb, study, uid);
        if (mine !== opening.current) {
          return;
        }
        const at = opened.frames.findIndex((frame) => sameImage(frame, image));
        const middle = opened.frames.length > SHORT_STACK ? opened.frames.length >> 1 : 0;
        await stage.show(opened, at >= 0 ? at : middle);
        if (mine === opening.current) {
          setOpen(opened);
          onMessage('');
        }
      } catch (error) {
        if (mine === opening.current) {
          onMessage(`This series cannot be shown. ${messageOf(error)}`);
        }
      }
    },
    [stage, study, dicomWeb],
  );

  useEffect(() => {
    let gone = false;
    const wait = Math.max(0, listedAt.current + LIST_EVERY_MS - performance.now());
    const timer = setTimeout(() => {
      listedAt.current = performance.now();
      dicomWeb.series(study).then(
        (found) => !gone && setSeries(seriesEntries(found)),
        (error) => !gone && onMessage(messageOf(error)),
      );
    }, wait);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [study, revision, dicomWeb]);

  useEffect(() => {
    if (!stage || series.length === 0) {
      return;
    }
    const current = open && series.find(({ uid }) => uid === open.uid);
    const images = new Set(open?.frames.map(({ sop }) => sop)).size;
    if (current && current.instances !== undefined && current.instances > images) {
      void openSeries(current.uid, stage.shown()?.image);
    } else if (!series.some(({ uid }) => uid === wanted.current)) {
      const first = series.find(({ image }) => image);
      if (first) {
        void openSeries(first.uid);
      } else {
        onMessage('No images in this study yet.');
      }
    }
  }, [stage, series]);

  useEffect(() => {
    if (!target || !stage) {
      return;
    }
    const at = open?.frames.findIndex((frame) => sameImage(frame, target.image)) ?? -1;
    if (at >= 0) {
      stage.goTo(at);
    } else {
      void dicomWeb.seriesOf(study, target.image.sop).then((uid) => (uid ? openSeries(uid, target.image) : undefined));
    }
  }, [target, stage]);

  const step = (by: number) => {
    const images = series.filter(({ image }) => image);
    const next = images[images.findIndex(({ uid }) => uid === open?.uid) + by];
    if (next) {
      void openSeries(next.uid);
    }
  };

  return { series, open, openSeries, step };
}
