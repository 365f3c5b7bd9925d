import { getJson } from '../../shared/http';

export type LaneName = 'Stat' | 'Urgent' | 'Routine' | 'Background';

export interface Lane {
  lane: LaneName;
  queued: number;
  running: number;
  overdue: number;
  waitingCalls: number;
  oldestCallSeconds: number;
  expectedLate: number;
}

export interface DeviceModel {
  name: string;
  bytes: number;
  pinned: boolean;
  loading: boolean;
  idleSeconds: number;
}

export interface Device {
  id: number;
  name: string;
  present: boolean;
  budgetBytes: number;
  usedBytes: number;
  pinnedBytes: number;
  busySeconds: number;
  dispatches: number;
  losses: number;
  models: DeviceModel[];
}

/** What a device ran, by how many seconds ago it began and ended; `toAgo` is 0 while it runs. */
export interface Dispatch {
  device: number;
  model: string;
  lane: LaneName;
  product: string;
  items: number;
  fromAgo: number;
  toAgo: number;
}

export interface Percentiles {
  count: number;
  p50: number;
  p90: number;
  p99: number;
}

export interface ProductOperations {
  id: string;
  name: string;
  version?: string;
  state: string;
  reason?: string;
  queued: number;
  running: number;
  times?: { finished: number; failed: number; misses: number; firstFinding?: Percentiles; end?: Percentiles };
}

export interface Operations {
  at: string;
  lanes: Lane[];
  devices: Device[];
  timeline: Dispatch[];
  products: ProductOperations[];
}

export const fetchOperations = (signal?: AbortSignal) => getJson<Operations>('/api/v1/operations', signal);
