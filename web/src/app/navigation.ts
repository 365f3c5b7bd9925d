import { Store } from '../shared/store';

/** Where the reader is. Everything is at `/`, told apart by the query, so that a link from outside is one line. */
export type Place =
  | { page: 'worklist' }
  | { page: 'study'; study: string }
  | { page: 'accession'; accession: string }
  | { page: 'admin' }
  | { page: 'operations' };

export function placeOf(search: string): Place {
  const parameters = new URLSearchParams(search);
  const study = parameters.get('study')?.trim();
  if (study) {
    return { page: 'study', study };
  }
  const accession = parameters.get('accession')?.trim();
  if (accession) {
    return { page: 'accession', accession };
  }
  const page = parameters.get('page');
  return page === 'admin' || page === 'operations' ? { page } : { page: 'worklist' };
}

/** The link to a place. The site goes with it, unless it is the default one. */
export function linkTo(place: Place, site: string): string {
  const parameters = new URLSearchParams();
  if (site !== 'default') {
    parameters.set('site', site);
  }
  if (place.page === 'study') {
    parameters.set('study', place.study);
  } else if (place.page === 'accession') {
    parameters.set('accession', place.accession);
  } else if (place.page === 'admin' || place.page === 'operations') {
    parameters.set('page', place.page);
  }
  const query = parameters.toString();
  return query ? `/?${query}` : '/';
}

export const location$ = new Store(location.search);

export function go(link: string): void {
  history.pushState(null, '', link);
  location$.set(location.search);
}

addEventListener('popstate', () => location$.set(location.search));

/** Follows a link inside the page; a modified click keeps the browser's own meaning. */
export function follow(event: MouseEvent): void {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = (event.currentTarget as HTMLElement).getAttribute('href');
  if (plain && link) {
    event.preventDefault();
    go(link);
  }
}
