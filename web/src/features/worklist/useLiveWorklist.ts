import { useEffect, useMemo, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { personName, plural, words } from '../../shared/format';
import type { LiveEvent } from '../../shared/live/event';
import { Store } from '../../shared/store';
import { announce } from '../../shared/ui/announce';
import { fetchPage, fetchRow, type Filter } from './api';
import { WorklistModel } from './worklistModel';

/** Kept while a study is open, so that the way back leads to the same page of the same search. */
export const filter$ = new Store<Filter>({ search: '', modality: '', offset: 0 });

const TYPING_MS = 250;
const GATHER_MS = 300;

/** The page of the filter, live. The stream of events runs on while the filter changes. */
export function useLiveWorklist(site: string, filter: Filter): { model: WorklistModel; reload: () => void } {
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
