import type { Store } from '../store';
import type { LiveEvent } from './event';

export type LiveStatus = 'connecting' | 'live' | 'reconnecting';

/** Where live events come from. The app knows only this; the hub is one source, a recorded list another. */
export interface LiveSource {
  readonly status: Store<LiveStatus>;

  /**
   * Events of one study, or of all studies of the site (null), after a sequence number, in order, without a gap
   * and without a repeat, across lost connections. Returns the way to stop.
   */
  watch(site: string, study: string | null, after: number, onEvent: (event: LiveEvent) => void): () => void;
}
