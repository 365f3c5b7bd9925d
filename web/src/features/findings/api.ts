import { query, sendJson } from '../../shared/http';

const study = (uid: string, part: string, site: string) => `/api/v1/studies/${uid}/${part}${query({ site })}`;

export const rerun = (site: string, uid: string, product: string) =>
  sendJson('POST', study(uid, 'runs', site), { product });

export const cancelRun = (site: string, runId: string) =>
  sendJson('POST', `/api/v1/runs/${encodeURIComponent(runId)}/cancel${query({ site })}`);

export const acknowledge = (site: string, alert: string) =>
  sendJson('POST', `/api/v1/alerts/${encodeURIComponent(alert)}/acknowledge${query({ site })}`);

export interface DecisionBody {
  product: string;
  runId: string;
  resultId: string;
  decision: 'accept' | 'reject';
  comment?: string;
}

export const decide = (site: string, uid: string, body: DecisionBody) =>
  sendJson('POST', study(uid, 'decisions', site), body);
