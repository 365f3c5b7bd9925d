import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../shared/live/event';
import type { Finding } from '../../shared/results';
import {
  decisionKey,
  emptyStudy,
  findingsOf,
  foldStudy,
  measurementsOf,
  productRuns,
  type StudyState,
} from './studyState';

/** Numbers events as the host's log does. */
function recorder(product = 'chest-xray') {
  let seq = 0;
  return (type: LiveEvent['type'], data: object, runId = 'r1', attempt = 1): LiveEvent =>
    ({ seq: ++seq, at: '2026-01-01T00:00:00Z', study: '1.2', type, product, runId, attempt, data }) as LiveEvent;
}

const finding = (id: string, rest: Partial<Finding> = {}) => ({
  result: { kind: 'finding', id, name: id, presence: 'Present', ...rest },
});

const fold = (events: LiveEvent[], from: StudyState = emptyStudy) => events.reduce(foldStudy, from);
const ids = (state: StudyState, runId = 'r1') => [...state.runs.get(runId)!.results.keys()];

describe('the state of a study', () => {
  it('Given a whole run, its phases, progress, findings and models are those that the events told', () => {
    const e = recorder();
    const events = [
      e('run.queued', { lane: 'Urgent', version: '1.0.0' }, 'r1', 0),
      e('run.started', { version: '1.0.0' }),
      e('run.progress', { done: 0.4, stage: 'reading lungs' }),
      e('result.published', finding('effusion', { probability: 0.81 })),
    ];
    const underway = fold(events).runs.get('r1')!;
    expect(underway).toMatchObject({ phase: 'running', done: 0.4, stage: 'reading lungs', lane: 'Urgent', attempt: 1 });
    expect(findingsOf(underway)[0].finding.probability).toBe(0.81);

    const finished = fold([
      ...events,
      e('run.finished', {
        status: 'qualified',
        reasons: ['portable film'],
        models: [{ name: 'cxr', sha256: 'ab' }],
        seconds: 1.2,
      }),
    ]).runs.get('r1')!;
    expect(finished).toMatchObject({
      phase: 'finished',
      status: 'qualified',
      reasons: ['portable film'],
      seconds: 1.2,
    });
    expect(finished.models).toEqual([{ name: 'cxr', sha256: 'ab' }]);
    expect(finished.results.size).toBe(1);
  });

  it('Given the same events again, nothing changes', () => {
    const e = recorder();
    const events = [e('run.started', {}), e('result.published', finding('a')), e('run.finished', { status: 'ok' })];
    const once = fold(events);
    expect(fold(events, once)).toBe(once);
  });

  it('Given a result published again under its id, the later one stands alone', () => {
    const e = recorder();
    const state = fold([
      e('run.started', {}),
      e('result.published', finding('a', { probability: 0.3, final: false })),
      e('result.published', finding('a', { probability: 0.7 })),
    ]);
    expect(findingsOf(state.runs.get('r1')!).map(({ finding }) => finding.probability)).toEqual([0.7]);
  });

  it('Given a withdrawn result, it is gone', () => {
    const e = recorder();
    const state = fold([
      e('run.started', {}),
      e('result.published', finding('a')),
      e('result.published', finding('b')),
      e('result.withdrawn', { id: 'a', reason: 'artefact' }),
    ]);
    expect(ids(state)).toEqual(['b']);
  });

  it('Given a second attempt, what only the first one said is gone once the second has finished', () => {
    const e = recorder();
    const events = [
      e('run.started', {}, 'r1', 1),
      e('result.published', finding('only-first'), 'r1', 1),
      e('result.published', finding('both', { probability: 0.2 }), 'r1', 1),
      e('run.failed', { reason: 'worker died', willRetry: true, final: false }, 'r1', 1),
    ];
    expect(fold(events).runs.get('r1')).toMatchObject({ phase: 'queued', reasons: ['worker died'] });

    const state = fold([
      ...events,
      e('run.started', {}, 'r1', 2),
      e('result.published', finding('both', { probability: 0.9 }), 'r1', 2),
      e('run.finished', { status: 'ok' }, 'r1', 2),
    ]);
    expect(ids(state)).toEqual(['both']);
    expect(findingsOf(state.runs.get('r1')!)[0].finding.probability).toBe(0.9);
    expect(state.runs.get('r1')!.reasons).toEqual([]);
  });

  it('Given a late word of an attempt that is over, it is not believed', () => {
    const e = recorder();
    const state = fold([
      e('run.started', {}, 'r1', 2),
      e('result.published', finding('late'), 'r1', 1),
      e('run.progress', { done: 0.9, stage: 'late' }, 'r1', 1),
    ]);
    expect(ids(state)).toEqual([]);
    expect(state.runs.get('r1')).toMatchObject({ attempt: 2, done: null });
  });

  it('Given a rerun, the earlier run is shown until the newer publishes, and never after', () => {
    const e = recorder();
    const first = [e('run.started', {}), e('result.published', finding('a')), e('run.finished', { status: 'ok' })];
    const queued = [...first, e('run.queued', {}, 'r2', 0), e('run.started', {}, 'r2')];
    expect(productRuns(fold(queued))[0]).toMatchObject({
      shown: { runId: 'r1' },
      newer: { runId: 'r2', phase: 'running' },
    });

    const published = productRuns(fold([...queued, e('result.published', finding('a'), 'r2')]))[0];
    expect(published.shown!.runId).toBe('r2');
    expect(published.newer).toBeUndefined();
  });

  it('Given a newer run that failed, the earlier one stays and the failure stands beside it', () => {
    const e = recorder();
    const [runs] = productRuns(
      fold([
        e('run.started', {}),
        e('result.published', finding('a')),
        e('run.finished', { status: 'ok' }),
        e('run.started', {}, 'r2'),
        e('result.published', finding('b'), 'r2'),
        e('run.failed', { reason: 'model missing', willRetry: false, final: true }, 'r2'),
      ]),
    );
    expect(runs.shown!.runId).toBe('r1');
    expect(runs.newer).toMatchObject({ runId: 'r2', phase: 'failed', reasons: ['model missing'] });
  });

  it('Given only a failed run, it is shown as failed', () => {
    const e = recorder();
    const [runs] = productRuns(fold([e('run.queued', {}, 'r1', 0), e('run.failed', { reason: 'x', final: true })]));
    expect(runs.shown).toMatchObject({ phase: 'failed', reasons: ['x'] });
    expect(runs.newer).toBeUndefined();
  });

  it('Given a refused run, it counts as finished and keeps its reasons', () => {
    const e = recorder();
    const state = fold([e('run.started', {}), e('run.finished', { status: 'refused', reasons: ['lateral view'] })]);
    expect(productRuns(state)[0].shown).toMatchObject({
      phase: 'finished',
      status: 'refused',
      reasons: ['lateral view'],
    });
  });

  it('Given decisions on a finding, the last one stands', () => {
    const e = recorder();
    const state = fold([
      e('decision.made', { resultId: 'a', decision: 'accept', user: 'kim' }),
      e('decision.made', { resultId: 'a', decision: 'reject', user: 'lee', comment: 'skin fold' }),
    ]);
    expect(state.decisions.get(decisionKey('chest-xray', 'a'))).toMatchObject({ decision: 'reject', user: 'lee' });
  });

  it('Given more images after the study was settled, it is not settled any more', () => {
    const e = recorder();
    const settled = fold([e('study.received', { instances: 2, total: 2 }), e('study.settled', { instances: 2 })]);
    expect(settled).toMatchObject({ settled: true, instances: 2 });
    const more = fold([{ ...e('study.received', { instances: 1, total: 3 }), seq: 99 } as LiveEvent], settled);
    expect(more).toMatchObject({ settled: false, instances: 3 });
  });

  it('Given findings of every presence, present ones come first and likelier ones before others', () => {
    const e = recorder();
    const state = fold([
      e('result.published', finding('absent', { presence: 'Absent', probability: 0.1 })),
      e('result.published', finding('low', { probability: 0.6 })),
      e('result.published', finding('unseen', { presence: 'NotAssessed' })),
      e('result.published', finding('high', { probability: 0.9 })),
      e('result.published', finding('unsure', { presence: 'Indeterminate', probability: 0.5 })),
    ]);
    const order = findingsOf(state.runs.get('r1')!).map(({ finding }) => finding.id);
    expect(order).toEqual(['high', 'low', 'unsure', 'absent', 'unseen']);
  });

  it('Given measurements, each belongs to its finding or stands alone', () => {
    const e = recorder();
    const measure = (id: string, of?: string) => ({
      result: { kind: 'measurement', id, of, name: id, value: 1, unit: 'mm' },
    });
    const run = fold([
      e('result.published', finding('effusion')),
      e('result.published', measure('depth', 'effusion')),
      e('result.published', measure('ratio')),
      e('result.published', measure('orphan', 'no-such-finding')),
    ]).runs.get('r1')!;
    expect(measurementsOf(run, 'effusion').map(({ id }) => id)).toEqual(['depth']);
    expect(measurementsOf(run, undefined).map(({ id }) => id)).toEqual(['ratio', 'orphan']);
  });

  it('Given an alert and its acknowledgement, who saw it is kept', () => {
    const e = recorder();
    const state = fold([
      e('alert.raised', { alertId: 'x', finding: 'pneumothorax', text: 'Possible pneumothorax' }),
      e('alert.acknowledged', { alertId: 'x', user: 'kim' }),
    ]);
    expect(state.alerts).toEqual([
      {
        alertId: 'x',
        finding: 'pneumothorax',
        text: 'Possible pneumothorax',
        product: 'chest-xray',
        acknowledgedBy: 'kim',
      },
    ]);
  });
});
