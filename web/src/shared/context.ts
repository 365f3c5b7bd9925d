import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { DicomWeb } from './dicomweb/client';
import type { LiveSource } from './live/liveSource';

/** What every feature works with: whose studies, over which channels. */
export interface Workplace {
  site: string;
  user: string | null;
  admin: boolean;
  live: LiveSource;
  dicomWeb: DicomWeb;
  /** Link to a study's page. */
  studyLink(uid: string): string;
  /** Begins to load what a study's page needs, before it is opened. */
  prepareStudy(): void;
  worklistLink: string;
  go(link: string): void;
  follow(event: MouseEvent): void;
}

export const WorkplaceContext = createContext<Workplace | null>(null);

export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (!workplace) {
    throw new Error('Outside of a workplace.');
  }
  return workplace;
}
