/** Opens the stream of events after a sequence number; returns the way to close it. */
export type OpenStream<T> = (after: number, next: (event: T) => void, end: (error?: unknown) => void) => () => void;

/** Runs something later; returns the way to call it off. */
export type Later = (run: () => void, ms: number) => () => void;

const timer: Later = (run, ms) => {
  const id = setTimeout(run, ms);
  return () => clearTimeout(id);
};

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/**
 * A stream that survives the loss of its connection: it is opened again after the last event that was handed on, so
 * nothing is missed, and an event at or below that number is dropped, so nothing comes twice.
 */
export class ResumableStream<T extends { seq: number }> {
  private last: number;
  private wait = FIRST_WAIT_MS;
  private close: (() => void) | undefined;
  private callOff: (() => void) | undefined;
  private stopped = false;
  /** Which opening is current; what an earlier one still says is ignored. */
  private opening = 0;

  constructor(
    private readonly open: OpenStream<T>,
    after: number,
    private readonly onEvent: (event: T) => void,
    private readonly later: Later = timer,
  ) {
    this.last = after;
    this.start();
  }

  /** Sequence number of the last event handed on. */
  get seq(): number {
    return this.last;
  }

  stop(): void {
    this.stopped = true;
    this.callOff?.();
    this.close?.();
  }

  private start(): void {
    const mine = ++this.opening;
    const current = () => !this.stopped && mine === this.opening;
    this.close = this.open(
      this.last,
      (event) => {
        if (current() && event.seq > this.last) {
          this.last = event.seq;
          this.wait = FIRST_WAIT_MS;
          this.onEvent(event);
        }
      },
      () => {
        if (current()) {
          this.opening++;
          this.callOff = this.later(() => this.start(), this.wait);
          this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
        }
      },
    );
  }
}
