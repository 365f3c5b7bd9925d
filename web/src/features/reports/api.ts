import { getJson, query, sendJson } from '../../shared/http';

export interface Report {
  reportId: string;
  text: string;
  source?: string;
  modality?: string;
  addedAt?: string;
}

type Wire = Partial<Report> & { id?: string; createdAt?: string; at?: string };

export async function fetchReports(site: string, study: string): Promise<Report[]> {
  const answer = await getJson<Wire[] | { reports?: Wire[] }>(`/api/v1/studies/${study}/reports${query({ site })}`);
  const list = Array.isArray(answer) ? answer : (answer.reports ?? []);
  return list.map((wire) => ({
    ...wire,
    reportId: wire.reportId ?? wire.id ?? '',
    text: wire.text ?? '',
    addedAt: wire.addedAt ?? wire.createdAt ?? wire.at,
  }));
}

export const addReport = (site: string, study: string, text: string, modality: string | undefined) =>
  sendJson('POST', `/api/v1/studies/${study}/reports${query({ site })}`, { text, modality });
