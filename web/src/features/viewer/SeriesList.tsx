import { useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { plural } from '../../shared/format';
import type { SeriesEntry } from './seriesList';

const NO_IMAGE_WORDS: Record<string, string> = {
  SR: 'Structured report',
  SEG: 'Segmentation',
  PR: 'Presentation state',
  KO: 'Key objects',
  DOC: 'Document',
};

interface Props {
  study: string;
  series: SeriesEntry[];
  current: string | undefined;
  onOpen: (uid: string) => void;
  /** Opens a structured report, which has no images. */
  onDocument: (entry: SeriesEntry) => void;
}

export function SeriesList({ study, series, current, onOpen, onDocument }: Props) {
  return (
    <nav class="series" aria-label="Series">
      <ul>
        {series.map((entry) => (
          <li key={entry.uid}>
            {entry.image ? (
              <button
                type="button"
                aria-current={entry.uid === current}
                data-series={entry.uid}
                onClick={() => onOpen(entry.uid)}
              >
                <Thumbnail study={study} entry={entry} />
                <Caption entry={entry} />
              </button>
            ) : entry.modality === 'SR' ? (
              <button type="button" class="no-image" data-series={entry.uid} onClick={() => onDocument(entry)}>
                <Caption entry={entry} />
              </button>
            ) : (
              <div class="no-image">
                <Caption entry={entry} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Caption({ entry }: { entry: SeriesEntry }) {
  const words = NO_IMAGE_WORDS[entry.modality];
  return (
    <span class="caption">
      <b>{entry.modality || 'Series'}</b> {entry.description || words}
      <small>{entry.image ? plural(entry.instances ?? 0, 'image') : (words ?? 'No images')}</small>
    </span>
  );
}

/** A nicety: the host may be unable to render what the browser can decode, and a list with a gap is still a list. */
function Thumbnail({ study, entry }: { study: string; entry: SeriesEntry }) {
  const { dicomWeb } = useWorkplace();
  const [failed, setFailed] = useState(false);
  if (failed) {
    return <span class="thumbnail none">{entry.modality}</span>;
  }
  return (
    <img
      class="thumbnail"
      src={dicomWeb.thumbnailUrl(study, entry.uid, 112)}
      alt=""
      width={56}
      height={56}
      loading="lazy"
      onError={() => setFailed(true)}
    />
  );
}
