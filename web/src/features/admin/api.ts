import { getJson, query, sendJson } from '../../shared/http';
import type { Product } from '../../shared/products';

export type ProductChange = Partial<Pick<Product, 'enabled' | 'lane' | 'deadlineSeconds' | 'settings'>>;

export const changeProduct = (site: string, product: string, change: ProductChange) =>
  sendJson('PUT', `/api/v1/sites/${encodeURIComponent(site)}/products/${encodeURIComponent(product)}`, change);

/** Rows of an administrative list; their columns are the host's to say. */
export type Row = Record<string, unknown>;

/** A list that may come bare or under its name. */
export async function fetchList(name: string, parameters: Record<string, string | number> = {}): Promise<Row[]> {
  const answer = await getJson<Row[] | Record<string, unknown>>(`/api/v1/${name}${query(parameters)}`);
  const list = Array.isArray(answer) ? answer : Object.values(answer).find(Array.isArray);
  return (list ?? []) as Row[];
}

/** Adds a row: under its id where the host's lists are keyed by it, otherwise the host names it. */
export const create = (name: string, id: string | undefined, body: unknown) =>
  id === undefined
    ? sendJson<Row>('POST', `/api/v1/${name}`, body)
    : sendJson<Row>('PUT', `/api/v1/${name}/${encodeURIComponent(id)}`, body);

export const remove = (name: string, id: string) => sendJson('DELETE', `/api/v1/${name}/${encodeURIComponent(id)}`);
