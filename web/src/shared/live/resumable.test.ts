import { describe, expect, it } from 'vitest';
import { ResumableStream } from './resumable';

/** A log with a connection that the test cuts: serves what lies after a number, then what is appended. */
class CuttableLog {
  events: { seq: number }[] = [];
  opened: number[] = [];
  private live: ((event: { seq: number }) => void) | undefined;
  private end: (() => void) | undefined;

  readonly open = (after: number, next: (event: { seq: number }) => void, end: () => void) => {
    this.opened.push(after);
    this.live = next;
    this.end = end;
    this.events.filter((event) => event.seq > after).forEach(next);
    return () => (this.live = undefined);
  };

  append(...seqs: number[]): void {
    for (const seq of seqs) {
      this.events.push({ seq });
      this.live?.({ seq });
    }
  }

  cut(): void {
    this.live = undefined;
    this.end?.();
  }

  /** Sends an event on whatever stream is open, whether it was asked for or not. */
  force(seq: number): void {
    this.live?.({ seq });
  }
}

function start(after = 0) {
  const log = new CuttableLog();
  const seen: number[] = [];
  const waits: number[] = [];
  let pending: (() => void) | undefined;
  const stream = new ResumableStream(
    log.open,
    after,
    (event: { seq: number }) => seen.push(event.seq),
    (run, ms) => {
      waits.push(ms);
      pending = run;
      return () => (pending = undefined);
    },
  );
  const passTime = () => {
    const run = pending;
    pending = undefined;
    run?.();
  };
  return { log, seen, waits, stream, passTime };
}

describe('a resumable stream', () => {
  it('Given a cut connection, what happened meanwhile arrives after the reconnection, in order', () => {
    const { log, seen, passTime } = start();
    log.append(1, 2);
    log.cut();
    log.append(3, 4);
    passTime();
    log.append(5);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(log.opened).toEqual([0, 2]);
  });

  it('Given an event that comes again, it is handed on once', () => {
    const { log, seen } = start();
    log.append(1, 2);
    log.force(2);
    log.force(1);
    expect(seen).toEqual([1, 2]);
  });

  it('Given a start after 7, earlier events are not replayed', () => {
    const { log, seen } = start(7);
    log.append(6, 7, 8);
    expect(seen).toEqual([8]);
  });

  it('Given repeated failures, the waits grow to a bound and fall back after an event', () => {
    const { log, waits, passTime } = start();
    for (let i = 0; i < 7; i++) {
      log.cut();
      passTime();
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    log.append(1);
    log.cut();
    expect(waits.at(-1)).toBe(250);
  });

  it('Given a late word from a closed stream, it is ignored', () => {
    let late: ((event: { seq: number }) => void) | undefined;
    const seen: number[] = [];
    let opened = 0;
    let reopen: (() => void) | undefined;
    new ResumableStream<{ seq: number }>(
      (_, next, end) => {
        if (opened++ === 0) {
          late = next;
          end();
        }
        return () => {};
      },
      0,
      (event) => seen.push(event.seq),
      (run) => {
        reopen = run;
        return () => {};
      },
    );
    late!({ seq: 9 });
    reopen!();
    late!({ seq: 10 });
    expect(seen).toEqual([]);
    expect(opened).toBe(2);
  });

  it('Given a stop, nothing is opened or handed on any more', () => {
    const { log, seen, stream, passTime } = start();
    log.append(1);
    log.cut();
    stream.stop();
    passTime();
    log.append(2);
    expect(seen).toEqual([1]);
    expect(log.opened).toEqual([0]);
  });
});
