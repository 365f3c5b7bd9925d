import { getJson, query } from './http';
import type { Lane } from './live/event';

export interface ProductModel {
  name: string;
  version?: string;
  sha256?: string;
  state?: string;
}

/** A product as a site has it. */
export interface Product {
  id: string;
  name: string;
  version?: string | null;
  description?: string;
  state?: string;
  /** Why it is not active. */
  reason?: string | null;
  enabled: boolean;
  lane?: Lane;
  deadlineSeconds?: number;
  findings?: string[];
  models?: ProductModel[];
  settings?: Record<string, unknown> | null;
  settingsSchema?: JsonSchema | null;
}

/** The part of JSON Schema that settings use. */
export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
}

export const fetchProducts = (site: string) => getJson<Product[]>('/api/v1/products' + query({ site }));
