import { useEffect, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { plural } from '../../shared/format';
import { useStore } from '../../shared/store';
import { PAGE_SIZE, type Filter } from './api';
import { filter$, useLiveWorklist } from './useLiveWorklist';
import { WorklistTable } from './WorklistTable';
import './worklist.css';

const MODALITIES = ['CR', 'CT', 'DX', 'MG', 'MR', 'NM', 'OT', 'PT', 'US', 'XA'];

export function WorklistPage() {
  const { site } = useWorkplace();
  const filter = useStore(filter$);
  const { model, reload } = useLiveWorklist(site, filter);
  const view = useStore(model.view);
  const now = useClock(20_000);
  const change = (part: Partial<Filter>) => filter$.update((f) => ({ ...f, offset: 0, ...part }));

  return (
    <main id="main" class="worklist" tabIndex={-1}>
      <h1 class="unseen">Worklist</h1>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span class="unseen">Search patient, ID or accession</span>
          <input
            type="search"
            placeholder="Search patient, ID or accession"
            value={filter.search}
            onInput={(event) => change({ search: event.currentTarget.value })}
          />
        </label>
        <label class="inline">
          Modality
          <select value={filter.modality} onChange={(event) => change({ modality: event.currentTarget.value })}>
            <option value="">All</option>
            {MODALITIES.map((modality) => (
              <option key={modality}>{modality}</option>
            ))}
          </select>
        </label>
        {view.newer && (
          <button type="button" class="primary" onClick={() => (filter.offset ? change({}) : reload())}>
            Show newer studies
          </button>
        )}
        <span class="spacer" />
        <Paging filter={filter} count={view.rows.length} more={view.more} go={(offset) => change({ offset })} />
      </form>
      {view.error && (
        <p role="alert" class="error banner">
          {view.error}{' '}
          <button type="button" onClick={reload}>
            Try again
          </button>
        </p>
      )}
      {view.rows.length > 0 ? (
        <WorklistTable rows={view.rows} now={now} />
      ) : (
        <p class="empty">{view.loaded ? emptyWords(filter) : view.error ? '' : 'Loading…'}</p>
      )}
    </main>
  );
}

function emptyWords({ search, modality, offset }: Filter): string {
  if (search || modality) {
    return 'No study matches. Clear the search to see all.';
  }
  return offset
    ? 'No more studies.'
    : 'No studies yet. They appear here as they arrive: by STOW-RS, C-STORE or qurehost import.';
}

function Paging(props: { filter: Filter; count: number; more: boolean; go: (offset: number) => void }) {
  const { offset } = props.filter;
  if (offset === 0 && !props.more) {
    return <span class="muted">{plural(props.count, 'study', 'studies')}</span>;
  }
  return (
    <span class="paging">
      <button type="button" disabled={offset === 0} onClick={() => props.go(Math.max(0, offset - PAGE_SIZE))}>
        Previous
      </button>
      <span class="muted">{props.count ? `${offset + 1}–${offset + props.count}` : '0'}</span>
      <button type="button" disabled={!props.more} onClick={() => props.go(offset + PAGE_SIZE)}>
        Next
      </button>
    </span>
  );
}

/** The current time, every so often. */
function useClock(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
