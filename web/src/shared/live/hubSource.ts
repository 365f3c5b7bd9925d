import { HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from '@microsoft/signalr';
import { Store } from '../store';
import type { LiveEvent } from './event';
import type { LiveSource, LiveStatus } from './liveSource';
import { ResumableStream, type OpenStream } from './resumable';

const RETRY_MS = [0, 500, 1000, 2000, 5000];

/** Live events from the host's SignalR hub. One connection carries every stream of the page. */
export class HubSource implements LiveSource {
  readonly status = new Store<LiveStatus>('connecting');
  private readonly connection: HubConnection;
  private waiting: (() => void)[] = [];
  private starting = false;
  private stopped = false;

  constructor(
    url: string,
    private readonly onRefused: () => void,
  ) {
    this.connection = new HubConnectionBuilder()
      .withUrl(url)
      .withAutomaticReconnect({
        nextRetryDelayInMilliseconds: ({ previousRetryCount }) =>
          RETRY_MS[Math.min(previousRetryCount, RETRY_MS.length - 1)],
      })
      .configureLogging(LogLevel.Error)
      .build();
    this.connection.onreconnecting(() => this.status.set('reconnecting'));
    this.connection.onreconnected(() => this.connected());
    this.connection.onclose(() => {
      this.status.set('reconnecting');
      this.start();
    });
  }

  /** Ends the connection for good: the session is over. */
  stop(): void {
    this.stopped = true;
    void this.connection.stop();
  }

  watch(site: string, study: string | null, after: number, onEvent: (event: LiveEvent) => void): () => void {
    const open: OpenStream<LiveEvent> = (from, next, end) => {
      let close = () => {};
      let closed = false;
      this.whenConnected(() => {
        if (!closed) {
          const stream = this.connection
            .stream<LiveEvent>('Watch', { study, after: from, site })
            .subscribe({ next, error: end, complete: () => end() });
          close = () => stream.dispose();
        }
      });
      return () => {
        closed = true;
        close();
      };
    };
    const stream = new ResumableStream(open, after, onEvent);
    return () => stream.stop();
  }

  private whenConnected(run: () => void): void {
    if (this.connection.state === HubConnectionState.Connected) {
      run();
      return;
    }
    this.waiting.push(run);
    this.start();
  }

  private connected(): void {
    this.status.set('live');
    const waiting = this.waiting;
    this.waiting = [];
    waiting.forEach((run) => run());
  }

  /** The client reconnects by itself only after a first success, and not after a close: those are tried again here. */
  private start(attempt = 0): void {
    if (this.stopped || this.connection.state !== HubConnectionState.Disconnected || (this.starting && attempt === 0)) {
      return;
    }
    this.starting = true;
    this.connection.start().then(
      () => {
        this.starting = false;
        this.connected();
      },
      (error: unknown) => {
        if (/\b401\b|Unauthorized/.test(String(error))) {
          this.starting = false;
          this.onRefused();
          return;
        }
        setTimeout(() => this.start(attempt + 1), RETRY_MS[Math.min(attempt + 1, RETRY_MS.length - 1)]);
      },
    );
  }
}
