import { getJson, query } from '../../shared/http';
import type { WorklistPage, WorklistRow } from './rows';

export interface Filter {
  search: string;
  modality: string;
  offset: number;
}

export const PAGE_SIZE = 50;

export const fetchPage = (site: string, { search, modality, offset }: Filter) =>
  getJson<WorklistPage>(
    '/api/v1/worklist' + query({ site, search: search.trim(), modality, limit: PAGE_SIZE, offset }),
  );

export const fetchRow = (site: string, study: string) =>
  getJson<WorklistRow>(`/api/v1/worklist/${study}${query({ site })}`);
