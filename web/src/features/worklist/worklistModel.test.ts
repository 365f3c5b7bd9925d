import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../shared/live/event';
import { foldRow, type WorklistRow } from './rows';
import { WorklistModel } from './worklistModel';

const event = (seq: number, type: LiveEvent['type'], data: object, runId = 'r1', study = 'A') =>
  ({ seq, at: '', study, type, product: 'chest-xray', runId, attempt: 1, data }) as LiveEvent;
const present = (name: string, presence = 'Present') => ({ result: { kind: 'finding', id: name, name, presence } });
const row = (rest: Partial<WorklistRow> = {}): WorklistRow => ({ studyUid: 'A', products: [], ...rest });
const product = (model: WorklistModel) => model.view.get().rows[0].products![0];
const page = (seq: number, ...rows: WorklistRow[]) => ({ seq, more: false, rows });

function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => (resolve = r));
  return { promise, resolve };
}

describe('a worklist row', () => {
  it('Given a whole run, its product moves through the states and ends with what is present', () => {
    const states = [
      event(1, 'run.queued', {}),
      event(2, 'run.started', {}),
      event(3, 'run.progress', { done: 0.5, stage: 'segmenting' }),
      event(4, 'result.published', present('effusion')),
      event(5, 'result.published', present('nodule', 'Absent')),
      event(6, 'run.finished', { status: 'ok' }),
    ].reduce((rows, e) => [...rows, foldRow(rows.at(-1)!, e)], [row()]);
    expect(states.slice(1).map((r) => r.products![0].state)).toEqual([
      'queued',
      'running',
      'running',
      'running',
      'running',
      'ok',
    ]);
    expect(states[3].products![0]).toMatchObject({ done: 0.5, stage: 'segmenting' });
    expect(states.at(-1)!.products![0].findings!.map((f) => f.name)).toEqual(['effusion']);
  });

  it('Given a rerun, the old findings stay until the new run speaks, then only its own are shown', () => {
    const before = row({
      products: [{ product: 'chest-xray', runId: 'r1', state: 'ok', findings: [{ name: 'effusion' }] }],
    });
    const queued = foldRow(before, event(7, 'run.queued', {}, 'r2'));
    expect(queued.products![0].findings).toHaveLength(1);
    const late = foldRow(queued, event(8, 'run.failed', { reason: 'old' }, 'r1'));
    expect(late.products![0].state).toBe('queued');
    const done = foldRow(late, event(9, 'run.finished', { status: 'ok' }, 'r2'));
    expect(done.products![0].findings).toEqual([]);
  });

  it('Given a failure that will be tried again, the product waits; given a final one, it failed and says why', () => {
    const retry = foldRow(row(), event(1, 'run.failed', { reason: 'died', willRetry: true }));
    expect(retry.products![0]).toMatchObject({ state: 'queued', reason: 'died' });
    const failed = foldRow(row(), event(1, 'run.failed', { reason: 'no model', willRetry: false, final: true }));
    expect(failed.products![0]).toMatchObject({ state: 'failed', reason: 'no model' });
  });

  it('Given a finding of a side that the host already listed, it is not listed twice', () => {
    const before = row({
      products: [
        { product: 'chest-xray', runId: 'r1', state: 'running', findings: [{ name: 'effusion', laterality: 'left' }] },
      ],
    });
    const left = { result: { kind: 'finding', id: 'e', name: 'effusion', presence: 'Present', laterality: 'Left' } };
    expect(foldRow(before, event(1, 'result.published', left)).products![0].findings).toHaveLength(1);
    const right = { result: { ...left.result, id: 'f', laterality: 'Right' } };
    expect(foldRow(before, event(1, 'result.published', right)).products![0].findings).toHaveLength(2);
  });

  it('Given a finding republished as absent, it is not on the row any more', () => {
    const shown = foldRow(row(), event(1, 'result.published', present('effusion')));
    expect(foldRow(shown, event(2, 'result.published', present('effusion', 'Absent'))).products![0].findings).toEqual(
      [],
    );
  });
});

describe('the worklist', () => {
  it('Given events while a page is on its way, those after its number are folded in, others are not', async () => {
    const model = new WorklistModel();
    const answer = deferred<ReturnType<typeof page>>();
    const loading = model.load(() => answer.promise);
    model.onEvent(event(9, 'run.failed', { reason: 'older than the page' }));
    model.onEvent(event(11, 'run.started', {}));
    answer.resolve(page(10, row({ products: [{ product: 'chest-xray', runId: 'r1', state: 'queued' }] })));
    expect(await loading).toBe(10);
    expect(product(model)).toMatchObject({ state: 'running', reason: null });
  });

  it('Given a row that was read before a later event, the event is not lost', async () => {
    const model = new WorklistModel();
    await model.load(async () => page(1, row()));
    const answer = deferred<WorklistRow>();
    const refreshing = model.refreshRow('A', () => answer.promise);
    model.onEvent(event(2, 'run.finished', { status: 'refused', reasons: ['not a chest'] }));
    answer.resolve(row({ priority: 'Stat', products: [{ product: 'chest-xray', runId: 'r1', state: 'running' }] }));
    await refreshing;
    expect(model.view.get().rows[0].priority).toBe('Stat');
    expect(product(model)).toMatchObject({ state: 'refused', reason: 'not a chest' });
  });

  it('Given two loads, only the later one counts, whichever answers last', async () => {
    const model = new WorklistModel();
    const [first, second] = [deferred<ReturnType<typeof page>>(), deferred<ReturnType<typeof page>>()];
    const loads = [model.load(() => first.promise), model.load(() => second.promise)];
    second.resolve(page(2, row({ studyUid: 'new' })));
    first.resolve(page(1, row({ studyUid: 'old' })));
    expect(await Promise.all(loads)).toEqual([undefined, 2]);
    expect(model.view.get().rows.map((r) => r.studyUid)).toEqual(['new']);
  });

  it('Given an event of a study that is not on the page, it is said so', async () => {
    const model = new WorklistModel();
    await model.load(async () => page(1, row()));
    expect(model.onEvent(event(2, 'study.received', { instances: 1 }, undefined, 'B'))).toBe(false);
    expect(model.onEvent(event(3, 'study.received', { instances: 1, total: 4 }))).toBe(true);
    expect(model.view.get().rows[0].instances).toBe(4);
  });

  it('Given an answer that fails, the rows stay and the error is shown', async () => {
    const model = new WorklistModel();
    await model.load(async () => page(1, row()));
    await model.load(async () => Promise.reject(new Error('no answer')));
    expect(model.view.get()).toMatchObject({ error: 'no answer', rows: [{ studyUid: 'A' }] });
  });
});
