import { useEffect, useMemo, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { personName, plural, words } from '../../shared/format';
import type { LiveEvent } from '../../shared/live/event';
import { Store, useStore } from '../../shared/store';
import { announce } from '../../shared/ui/announce';
import { PAGE_SIZE, fetchPage, fetchRow, type Filter } from './api';
import { WorklistModel } from './worklistModel';
import { WorklistTable } from './WorklistTable';
import './worklist.css';

const MODALITIES = ['CR', 'CT', 'DX', 'MG', 'MR', 'NM', 'OT', 'PT', 'US', 'XA'];

/** Kept while a study is open, so that the way back leads to the same page of the same search. */
const filter$ = new Store<Filter>({ search: '', modality: '', offset: 0 });

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

const TYPING_MS = 250;
const GATHER_MS = 300;

/** The page of the filter, live. The stream of events runs on while the filter changes. */
function useLiveWorklist(site: string, filter: Filter): { model: WorklistModel; reload: () => void } {
  const { live } = useWorkplace();
  const model = useMemo(() => new WorklistModel(), [site]);
  const [reloads, setReloads] = useState(0);

  useEffect(() => {
    let stopWatching: (() => void) | undefined;
    let stopped = false;
    const gathered = new Map<string, ReturnType<typeof setTimeout>>();
    const gather = (key: string, ms: number, run: () => void) => {
      if (!gathered.has(key)) {
        gathered.set(
          key,
          setTimeout(() => {
            gathered.delete(key);
            run();
          }, ms),
        );
      }
    };

    const onEvent = (event: LiveEvent) => {
      const onPage = model.onEvent(event);
      const study = event.study;
      if (!study) {
        return;
      }
      if (onPage && event.type === 'study.deleted') {
        gather('page', GATHER_MS, () => setReloads((n) => n + 1));
      } else if (onPage && ROW_CHANGERS.has(event.type)) {
        gather(study, GATHER_MS, () => void model.refreshRow(study, (uid) => fetchRow(site, uid)));
      }
      if (!onPage && event.type === 'study.received') {
        const { search, modality, offset } = filter$.get();
        if (offset === 0 && !search && !modality) {
          gather('page', GATHER_MS, () => setReloads((n) => n + 1));
        } else {
          model.markNewer();
        }
      }
      say(event, model);
    };

    const begin = () =>
      void model
        .load(() => fetchPage(site, filter$.get()))
        .then((seq) => {
          if (seq !== undefined && !stopped) {
            stopWatching = live.watch(site, null, seq, onEvent);
          } else if (!stopped && !stopWatching && model.view.get().error) {
            gather('begin', 3000, begin);
          }
        });
    begin();
    return () => {
      stopped = true;
      stopWatching?.();
      gathered.forEach(clearTimeout);
    };
  }, [site, model, live]);

  // Later pages and filters: the stream above is already running and is folded in by the model.
  const [first, setFirst] = useState(true);
  useEffect(() => {
    if (first) {
      setFirst(false);
      return;
    }
    const timer = setTimeout(
      () => void model.load(() => fetchPage(site, filter$.get())),
      filter.search ? TYPING_MS : 0,
    );
    return () => clearTimeout(timer);
  }, [filter, reloads]);

  return { model, reload: () => setReloads((n) => n + 1) };
}

/** Events after which a row is asked for anew: they change what events do not carry, such as the priority. */
const ROW_CHANGERS = new Set<LiveEvent['type']>([
  'study.received',
  'study.settled',
  'run.queued',
  'run.finished',
  'run.failed',
]);

function say(event: LiveEvent, model: WorklistModel): void {
  const row = model.view.get().rows.find(({ studyUid }) => studyUid === event.study);
  if (!row || !event.product) {
    return;
  }
  const name = row.products?.find(({ product }) => product === event.product)?.name ?? words(event.product);
  const whom = personName(row.patientName);
  if (event.type === 'run.finished') {
    const found = row.products?.find(({ product }) => product === event.product)?.findings?.length ?? 0;
    const outcome =
      event.data.status === 'refused' ? 'not suitable' : found ? plural(found, 'finding') : 'nothing found';
    announce(`${name}, ${whom}: ${outcome}.`);
  } else if (event.type === 'run.failed' && !event.data.willRetry) {
    announce(`${name}, ${whom}: failed.`);
  }
}
