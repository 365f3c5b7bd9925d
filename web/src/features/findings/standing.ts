import type { Standing } from '../../shared/ui/badges';
import type { Run } from './studyState';

export const isBusy = (run: Run) => run.phase === 'queued' || run.phase === 'running';

export function standingOf(run: Run, present: number): Standing {
  if (run.phase !== 'finished') {
    return run.phase;
  }
  if (run.status === 'ok') {
    return present ? 'found' : 'nothing';
  }
  return run.status ?? 'nothing';
}

export function standingWords(run: Run, standing: Standing, present: number): string | undefined {
  if (standing === 'found') {
    return `${present} found`;
  }
  if (standing === 'qualified') {
    return present ? `${present} found, with reservations` : 'Nothing found, with reservations';
  }
  return run.phase === 'failed' && run.results.size > 0 ? 'Failed before it was done' : undefined;
}
