import type { LiveEvent } from '../../shared/live/event';
import { Store } from '../../shared/store';
import { foldRow, type WorklistPage, type WorklistRow } from './rows';

export interface WorklistView {
  rows: WorklistRow[];
  more: boolean;
  loaded: boolean;
  error?: string;
  /** Studies came in that this page does not show. */
  newer: boolean;
}

type FetchPage = () => Promise<WorklistPage>;
type FetchRow = (studyUid: string) => Promise<WorklistRow>;

/**
 * One page of the worklist, kept up to date by events. A page or a row that was asked for is older than the events that
 * came while it was on its way: those are kept and folded in again when it arrives, so that no change is lost.
 */
export class WorklistModel {
  readonly view = new Store<WorklistView>({ rows: [], more: false, loaded: false, newer: false });
  private onItsWay: LiveEvent[] = [];
  private loading = 0;
  private rowLoads = new Map<string, LiveEvent[]>();

  /** Loads the page; gives its sequence number, after which events have to be watched. */
  async load(fetchPage: FetchPage): Promise<number | undefined> {
    const mine = ++this.loading;
    this.onItsWay = [];
    try {
      const page = await fetchPage();
      if (mine !== this.loading) {
        return undefined;
      }
      const missed = this.onItsWay.filter((event) => event.seq > page.seq);
      this.view.set({ rows: page.rows, more: page.more, loaded: true, newer: false });
      missed.forEach((event) => this.fold(event));
      return page.seq;
    } catch (error) {
      if (mine === this.loading) {
        const message = error instanceof Error ? error.message : String(error);
        this.view.update((view) => ({ ...view, error: message }));
      }
      return undefined;
    }
  }

  /** Takes an event in. True where its study is on the page. */
  onEvent(event: LiveEvent): boolean {
    this.onItsWay.push(event);
    if (event.study) {
      this.rowLoads.get(event.study)?.push(event);
    }
    return this.fold(event);
  }

  /** Asks for one row anew: for what events do not tell, such as the priority. */
  async refreshRow(studyUid: string, fetchRow: FetchRow): Promise<void> {
    const meanwhile: LiveEvent[] = [];
    this.rowLoads.set(studyUid, meanwhile);
    try {
      const row = meanwhile.reduce(foldRow, await fetchRow(studyUid));
      if (this.rowLoads.get(studyUid) === meanwhile) {
        this.replace(studyUid, () => row);
      }
    } catch {
      // The row stays as the events left it.
    } finally {
      if (this.rowLoads.get(studyUid) === meanwhile) {
        this.rowLoads.delete(studyUid);
      }
    }
  }

  private fold(event: LiveEvent): boolean {
    return !!event.study && this.replace(event.study, (row) => foldRow(row, event));
  }

  private replace(studyUid: string, change: (row: WorklistRow) => WorklistRow): boolean {
    const { rows } = this.view.get();
    const at = rows.findIndex((row) => row.studyUid === studyUid);
    if (at >= 0) {
      const row = change(rows[at]);
      if (row !== rows[at]) {
        this.view.update((view) => ({ ...view, rows: rows.with(at, row) }));
      }
    }
    return at >= 0;
  }

  markNewer(): void {
    this.view.update((view) => ({ ...view, newer: true }));
  }
}
