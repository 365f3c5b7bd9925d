import type { LiveEvent } from '../../shared/live/event';

export type Priority = 'Stat' | 'Urgent' | 'Routine' | 'Background';
export type ProductState = 'queued' | 'running' | 'ok' | 'qualified' | 'refused' | 'failed' | 'cancelled';

export interface RowFinding {
  name: string;
  display?: string | null;
  probability?: number | null;
  critical?: boolean;
  /** left, right, bilateral or midline. */
  laterality?: string | null;
}

export interface RowProduct {
  product: string;
  name?: string | null;
  runId?: string | null;
  state: ProductState;
  done?: number | null;
  stage?: string | null;
  reason?: string | null;
  /** Those that are present. */
  findings?: RowFinding[];
  /** The run that said the findings: an earlier one while a rerun has not spoken yet. */
  findingsRun?: string | null;
}

export interface WorklistRow {
  studyUid: string;
  patientName?: string | null;
  patientId?: string | null;
  sex?: string | null;
  birthDate?: string | null;
  studyDate?: string | null;
  studyTime?: string | null;
  accession?: string | null;
  description?: string | null;
  modalities?: string[];
  series?: number;
  instances?: number;
  receivedAt?: string | null;
  settled?: boolean;
  flags?: string[];
  priority?: Priority | null;
  products?: RowProduct[];
}

export interface WorklistPage {
  seq: number;
  more: boolean;
  rows: WorklistRow[];
}

/** A row after an event of its study. Doing it twice gives the same row. */
export function foldRow(row: WorklistRow, event: LiveEvent): WorklistRow {
  switch (event.type) {
    case 'study.received':
      return { ...row, instances: event.data.total ?? row.instances, settled: false };
    case 'study.settled':
      return { ...row, instances: event.data.instances ?? row.instances, settled: true };
    default: {
      if (!event.product) {
        return row;
      }
      const products = row.products ?? [];
      const at = products.findIndex(({ product }) => product === event.product);
      const before: RowProduct = at < 0 ? { product: event.product, state: 'queued', findings: [] } : products[at];
      const after = foldProduct(before, event);
      if (after === before) {
        return row;
      }
      return { ...row, products: at < 0 ? [...products, after] : products.with(at, after) };
    }
  }
}

function foldProduct(product: RowProduct, event: LiveEvent): RowProduct {
  if (event.type === 'run.queued') {
    const findingsRun = product.findingsRun ?? product.runId;
    return { ...product, findingsRun, runId: event.runId, state: 'queued', done: null, stage: null, reason: null };
  }
  // Only the newest run moves the row: what an earlier one still says is not this run's.
  if (product.runId && event.runId !== product.runId) {
    return product;
  }
  const mine = { ...product, runId: event.runId };
  switch (event.type) {
    case 'run.started':
      return { ...mine, state: 'running', done: null, stage: null, reason: null };
    case 'run.progress':
      return { ...mine, state: 'running', done: event.data.done ?? null, stage: event.data.stage ?? null };
    case 'run.finished':
      return {
        ...mine,
        state: event.data.status,
        done: 1,
        stage: null,
        reason: event.data.reasons?.join(' ') || null,
        findings: ownFindings(product, event.runId),
        findingsRun: event.runId,
      };
    case 'run.failed': {
      const state = event.data.cancelled ? 'cancelled' : event.data.willRetry ? 'queued' : 'failed';
      return { ...mine, state, done: null, stage: null, reason: event.data.reason ?? null };
    }
    case 'result.published': {
      const { result } = event.data;
      if (result.kind !== 'finding') {
        return product;
      }
      const { name, probability, critical } = result;
      const laterality = result.laterality?.toLowerCase();
      const others = ownFindings(product, event.runId).filter(
        (f) => f.name !== name || (f.laterality ?? undefined) !== laterality,
      );
      const findings =
        result.presence === 'Present' ? [...others, { name, probability, critical, laterality }] : others;
      return { ...mine, findings, findingsRun: event.runId };
    }
    default:
      return product;
  }
}

function ownFindings(product: RowProduct, runId: string | null | undefined): RowFinding[] {
  return (product.findingsRun ?? product.runId) === runId ? (product.findings ?? []) : [];
}
