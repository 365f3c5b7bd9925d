import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { search: '' });
vi.stubGlobal('addEventListener', () => {});
const { linkTo, placeOf } = await import('./navigation');

describe('places', () => {
  it('Given a link from outside, it leads to the study or the accession number', () => {
    expect(placeOf('?study=1.2.3')).toEqual({ page: 'study', study: '1.2.3' });
    expect(placeOf('?accession=A%2F1')).toEqual({ page: 'accession', accession: 'A/1' });
    expect(placeOf('?study=%20')).toEqual({ page: 'worklist' });
    expect(placeOf('')).toEqual({ page: 'worklist' });
    expect(placeOf('?page=admin')).toEqual({ page: 'admin' });
    expect(placeOf('?page=operations')).toEqual({ page: 'operations' });
  });

  it('Given any place and site, its link leads back to it', () => {
    for (const place of [
      { page: 'worklist' },
      { page: 'admin' },
      { page: 'operations' },
      { page: 'study', study: '1.2.3' },
      { page: 'accession', accession: 'A&B=1' },
    ] as const) {
      const link = linkTo(place, 'north');
      expect(placeOf(link.slice(1))).toEqual(place);
      expect(new URLSearchParams(link.slice(1)).get('site')).toBe('north');
    }
    expect(linkTo({ page: 'worklist' }, 'default')).toBe('/');
  });
});
