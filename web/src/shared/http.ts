/** An answer that is not 2xx, with the problem+json text where the host sent one. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

type SignedOut = () => void;
let signedOut: SignedOut = () => {};

/** Called when any request is answered 401: the session has ended. */
export function onSignedOut(handler: SignedOut): void {
  signedOut = handler;
}

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (init.signal?.aborted) {
      throw error;
    }
    throw new ApiError(0, 'The host cannot be reached.');
  }
  if (response.ok) {
    return response;
  }
  const message = await problem(response);
  if (response.status === 401) {
    signedOut();
  }
  throw new ApiError(response.status, message);
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { headers: { Accept: 'application/json' }, signal });
  return (await response.json()) as T;
}

/** Sends JSON; an answer without a body is undefined. */
export async function sendJson<T = void>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const response = await request(path, {
    method,
    headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function problem(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { title?: string; detail?: string };
    const text = [body.title, body.detail].filter(Boolean).join(': ');
    if (text) {
      return text;
    }
  } catch {
    // Not JSON: the status alone has to do.
  }
  return `${response.status} ${response.statusText}`.trim();
}

/** `?a=1&b=2` of the values that are set. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const set = Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== '');
  return set.length
    ? '?' + set.map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(String(v))}`).join('&')
    : '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
