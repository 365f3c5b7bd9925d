import { describe, expect, it } from 'vitest';
import type { Dispatch } from './api';
import { bars, busyShare, megabytes, percentiles, seconds } from './model';

const ran = (fromAgo: number, toAgo: number, device = 0): Dispatch => ({
  device,
  model: 'm',
  lane: 'Stat',
  product: 'p',
  items: 1,
  fromAgo,
  toAgo,
});

describe('the timeline', () => {
  it('Given a run of the last half minute, its bar fills the right half', () => {
    expect(bars([ran(30, 0)], 0)[0]).toMatchObject({ left: 0.5, width: 0.5 });
  });

  it('Given a run that began before the timeline, it is cut; one that ended before it is left out', () => {
    expect(bars([ran(90, 45), ran(200, 100)], 0)).toHaveLength(1);
    expect(bars([ran(90, 45)], 0)[0]).toMatchObject({ left: 0, width: 0.25 });
  });

  it('Given runs of two devices, each is busy by its own', () => {
    expect(busyShare([ran(60, 45), ran(30, 15), ran(60, 0, 1)], 0)).toBeCloseTo(0.5);
    expect(busyShare([], 0)).toBe(0);
  });
});

describe('figures', () => {
  it('Given seconds, they are said as people say them', () => {
    expect([seconds(0.25), seconds(45.4), seconds(300)]).toEqual(['0.25 s', '45 s', '5.0 min']);
  });

  it('Given no run yet, there are no percentiles', () => {
    expect(percentiles(undefined)).toBe('–');
    expect(percentiles({ count: 3, p50: 1, p90: 2, p99: 12 })).toBe('1.00 s / 2.00 s / 12 s');
    expect(megabytes(3 << 20)).toBe('3 MB');
  });
});
