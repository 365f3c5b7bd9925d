import type { MaskBytes, ModelUse, Result } from '../results';

export type Lane = 'Stat' | 'Urgent' | 'Routine' | 'Background';
export type RunStatus = 'ok' | 'qualified' | 'refused';

interface Envelope<Type extends string, Data> {
  seq: number;
  at: string;
  site?: string;
  study: string | null;
  type: Type;
  product?: string | null;
  runId?: string | null;
  attempt?: number;
  data: Data;
}

/** What the hub's Watch streams, in order of seq. */
export type LiveEvent =
  | Envelope<'study.received', { instances: number; seriesUids?: string[]; total?: number }>
  | Envelope<'study.settled', { instances?: number; reason?: string }>
  | Envelope<'study.deleted', { total?: number }>
  | Envelope<'run.queued', { lane?: Lane; dueAt?: string; version?: string }>
  | Envelope<'run.started', { version?: string }>
  | Envelope<'run.progress', { done?: number | null; stage?: string }>
  | Envelope<'run.finished', { status: RunStatus; reasons?: string[]; models?: ModelUse[]; seconds?: number }>
  | Envelope<'run.failed', { reason?: string; willRetry?: boolean; final?: boolean; cancelled?: boolean }>
  | Envelope<'result.published', { result: Result; mask?: MaskBytes }>
  | Envelope<'result.withdrawn', { id: string; reason?: string }>
  | Envelope<'report.added', { reportId: string; source?: string }>
  | Envelope<
      'decision.made',
      { resultId: string; decision: 'accept' | 'reject' | 'edit' | 'add'; comment?: string; user?: string }
    >
  | Envelope<'alert.raised', { alertId: string; finding?: string; text?: string }>
  | Envelope<'alert.acknowledged', { alertId: string; user?: string }>;

export type EventOf<T extends LiveEvent['type']> = Extract<LiveEvent, { type: T }>;
