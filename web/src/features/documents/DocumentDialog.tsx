import { useEffect, useRef, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { messageOf } from '../../shared/http';
import { contentTree, type ContentItem } from './contentTree';
import './documents.css';

interface Props {
  study: string;
  series: string;
  title: string;
  onClose: () => void;
}

/** The structured reports of a series, as an outline. */
export function DocumentDialog({ study, series, title, onClose }: Props) {
  const { dicomWeb } = useWorkplace();
  const dialog = useRef<HTMLDialogElement>(null);
  const [documents, setDocuments] = useState<ContentItem[]>();
  const [error, setError] = useState('');
  useEffect(() => {
    dialog.current?.showModal();
    dicomWeb.seriesMetadata(study, series).then(
      (datasets) => setDocuments(datasets.map((dataset) => contentTree(dataset))),
      (failure) => setError(messageOf(failure)),
    );
  }, []);

  return (
    <dialog ref={dialog} class="card document" aria-labelledby="document-title" onClose={onClose}>
      <h2 id="document-title">{title}</h2>
      <p role="alert" class="error">
        {error}
      </p>
      {!documents && !error && <p class="muted">Loading…</p>}
      {documents?.map((document, i) => (
        <ul key={i}>
          <Item item={document} />
        </ul>
      ))}
      <div class="row">
        <span class="spacer" />
        <button type="button" class="primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}

function Item({ item }: { item: ContentItem }) {
  return (
    <li>
      <span class="muted">{item.name}</span> <b>{item.value}</b>
      {item.children.length > 0 && (
        <ul>
          {item.children.map((child, i) => (
            <Item key={i} item={child} />
          ))}
        </ul>
      )}
    </li>
  );
}
