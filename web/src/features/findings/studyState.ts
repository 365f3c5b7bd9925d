import type { Lane, LiveEvent, RunStatus } from '../../shared/live/event';
import type { Finding, MaskBytes, Measurement, ModelUse, Result } from '../../shared/results';

/** A result as it stands, with the attempt that said it. */
export interface Published {
  result: Result;
  mask?: MaskBytes;
  attempt: number;
  seq: number;
}

export interface Run {
  runId: string;
  product: string;
  version?: string;
  lane?: Lane;
  /** Sequence number of the run's first event: later runs supersede earlier ones. */
  order: number;
  attempt: number;
  phase: 'queued' | 'running' | 'finished' | 'failed' | 'cancelled';
  status?: RunStatus;
  done: number | null;
  stage: string;
  /** Why it is qualified or refused, or why it (or its last attempt) failed. */
  reasons: string[];
  models: ModelUse[];
  seconds?: number;
  results: ReadonlyMap<string, Published>;
}

export interface Decision {
  decision: 'accept' | 'reject' | 'edit' | 'add';
  comment?: string;
  user?: string;
  at: string;
  runId?: string | null;
}

export interface Alert {
  alertId: string;
  product?: string | null;
  finding?: string;
  text?: string;
  acknowledgedBy?: string;
}

/** What the events of one study add up to. */
export interface StudyState {
  seq: number;
  instances: number;
  settled: boolean;
  runs: ReadonlyMap<string, Run>;
  decisions: ReadonlyMap<string, Decision>;
  alerts: readonly Alert[];
  /** How many reports were added: the list itself is asked for. */
  reportsAdded: number;
}

export const emptyStudy: StudyState = {
  seq: 0,
  instances: 0,
  settled: false,
  runs: new Map(),
  decisions: new Map(),
  alerts: [],
  reportsAdded: 0,
};

export const decisionKey = (product: string, resultId: string) => `${product}/${resultId}`;

/** The state after one more event. Events at or below the state's sequence number change nothing. */
export function foldStudy(state: StudyState, event: LiveEvent): StudyState {
  return event.seq <= state.seq ? state : { ...foldNew(state, event), seq: event.seq };
}

function foldNew(state: StudyState, event: LiveEvent): StudyState {
  switch (event.type) {
    case 'study.received':
      return { ...state, instances: event.data.total ?? state.instances + event.data.instances, settled: false };
    case 'study.settled':
      return { ...state, instances: event.data.instances ?? state.instances, settled: true };
    case 'study.deleted':
      return { ...state, instances: event.data.total ?? state.instances };
    case 'report.added':
      return { ...state, reportsAdded: state.reportsAdded + 1 };
    case 'decision.made': {
      const { resultId, decision, comment, user } = event.data;
      const key = decisionKey(event.product ?? '', resultId);
      return {
        ...state,
        decisions: put(state.decisions, key, { decision, comment, user, at: event.at, runId: event.runId }),
      };
    }
    case 'alert.raised':
      return { ...state, alerts: [...state.alerts, { ...event.data, product: event.product }] };
    case 'alert.acknowledged': {
      const { alertId, user } = event.data;
      const alerts = state.alerts.map((a) => (a.alertId === alertId ? { ...a, acknowledgedBy: user ?? 'a user' } : a));
      return { ...state, alerts };
    }
    default: {
      if (!event.runId || !event.product) {
        return state;
      }
      const before = state.runs.get(event.runId) ?? newRun(event.runId, event.product, event.seq);
      const after = foldRun(before, event);
      return after ? { ...state, runs: put(state.runs, event.runId, after) } : state;
    }
  }
}

function newRun(runId: string, product: string, order: number): Run {
  return {
    runId,
    product,
    order,
    attempt: 0,
    phase: 'queued',
    done: null,
    stage: '',
    reasons: [],
    models: [],
    results: new Map(),
  };
}

/** The run after one of its events, or undefined where the event is a late word of an attempt that is over. */
function foldRun(run: Run, event: LiveEvent): Run | undefined {
  const attempt = event.attempt ?? run.attempt;
  if (attempt < run.attempt) {
    return undefined;
  }
  switch (event.type) {
    case 'run.queued':
      return { ...run, attempt, phase: 'queued', lane: event.data.lane, version: event.data.version ?? run.version };
    case 'run.started':
      return {
        ...run,
        attempt,
        phase: 'running',
        status: undefined,
        done: null,
        stage: '',
        reasons: [],
        version: event.data.version ?? run.version,
      };
    case 'run.progress':
      return { ...run, attempt, phase: 'running', done: event.data.done ?? null, stage: event.data.stage ?? '' };
    case 'run.finished':
      return {
        ...run,
        attempt,
        phase: 'finished',
        status: event.data.status,
        done: 1,
        stage: '',
        reasons: event.data.reasons ?? [],
        models: event.data.models ?? [],
        seconds: event.data.seconds,
        // What an earlier attempt said and this one did not repeat no longer stands.
        results: new Map([...run.results].filter(([, published]) => published.attempt >= attempt)),
      };
    case 'run.failed': {
      const reasons = event.data.reason ? [event.data.reason] : [];
      const phase = event.data.cancelled ? 'cancelled' : event.data.willRetry ? 'queued' : 'failed';
      return { ...run, attempt, phase, stage: '', done: null, reasons };
    }
    case 'result.published': {
      const { result, mask } = event.data;
      return { ...run, attempt, results: put(run.results, result.id, { result, mask, attempt, seq: event.seq }) };
    }
    case 'result.withdrawn': {
      const results = new Map(run.results);
      results.delete(event.data.id);
      return { ...run, attempt, results };
    }
    default:
      return undefined;
  }
}

function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

/** What is shown of a product: the run that counts, and a newer one that does not yet, or failed. */
export interface ProductRuns {
  product: string;
  /** The newest run that finished or published; a failed run counts only where there is no other. */
  shown?: Run;
  /** A newer run: waiting, at work, or failed. */
  newer?: Run;
}

export function productRuns(state: StudyState): ProductRuns[] {
  const products = new Map<string, Run[]>();
  for (const run of state.runs.values()) {
    products.set(run.product, [...(products.get(run.product) ?? []), run]);
  }
  return [...products].map(([product, runs]) => {
    const newestFirst = runs.sort((a, b) => b.order - a.order);
    const ended = (run: Run) => run.phase === 'failed' || run.phase === 'cancelled';
    const shown =
      newestFirst.find((run) => run.phase === 'finished' || (!ended(run) && run.results.size > 0)) ??
      newestFirst.find((run) => run.results.size > 0) ??
      newestFirst[0];
    return { product, shown, newer: newestFirst[0] === shown ? undefined : newestFirst[0] };
  });
}

const PRESENCE_ORDER = { Present: 0, Indeterminate: 1, Absent: 2, NotAssessed: 3 };

/** A run's findings: present ones first, then by probability. */
export function findingsOf(run: Run): { finding: Finding; published: Published }[] {
  return [...run.results.values()]
    .flatMap((published) => (published.result.kind === 'finding' ? [{ finding: published.result, published }] : []))
    .sort(
      (a, b) =>
        PRESENCE_ORDER[a.finding.presence] - PRESENCE_ORDER[b.finding.presence] ||
        Number(b.finding.critical ?? false) - Number(a.finding.critical ?? false) ||
        (b.finding.probability ?? -1) - (a.finding.probability ?? -1) ||
        a.finding.name.localeCompare(b.finding.name),
    );
}

/** Measurements that belong to a finding (its id) or to none of the run's findings (undefined). */
export function measurementsOf(run: Run, of: string | undefined): Measurement[] {
  const isFinding = (id: string | undefined) => !!id && run.results.get(id)?.result.kind === 'finding';
  return [...run.results.values()].flatMap(({ result }) =>
    result.kind === 'measurement' && (of ? result.of === of : !isFinding(result.of)) ? [result] : [],
  );
}
