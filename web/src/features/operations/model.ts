import type { Dispatch, Percentiles } from './api';

/** Seconds that the timeline shows. */
export const SHOWN = 60;

/** A dispatch as a bar: left and width as shares of the timeline. One that is older than the timeline is cut. */
export function bars(timeline: readonly Dispatch[], device: number) {
  return timeline
    .filter((d) => d.device === device && d.toAgo < SHOWN)
    .map((d) => {
      const from = Math.min(SHOWN, d.fromAgo);
      return { ...d, left: 1 - from / SHOWN, width: Math.max(0.001, (from - d.toAgo) / SHOWN) };
    });
}

/** Share of the shown seconds in which a device ran models. */
export function busyShare(timeline: readonly Dispatch[], device: number): number {
  return Math.min(
    1,
    bars(timeline, device).reduce((sum, b) => sum + b.width, 0),
  );
}

export function seconds(value: number): string {
  if (value < 10) {
    return `${value.toFixed(2)} s`;
  }
  return value < 120 ? `${value.toFixed(0)} s` : `${(value / 60).toFixed(1)} min`;
}

export const megabytes = (bytes: number) => `${Math.round(bytes / 1048576).toLocaleString('en')} MB`;

export const percentiles = (p?: Percentiles) => (p ? `${seconds(p.p50)} / ${seconds(p.p90)} / ${seconds(p.p99)}` : '–');
