import { getJson, sendJson } from '../../shared/http';

export interface Session {
  user: string | null;
  roles: string[];
  sites: string[];
  auth: string;
  version: string;
  notice: string;
}

type SiteEntry = string | { id?: string; name?: string };

export async function fetchSession(): Promise<Session> {
  const answer = await getJson<Partial<Omit<Session, 'sites'>> & { sites?: SiteEntry[] }>('/api/v1/session');
  const sites = (answer.sites ?? []).map((site) => (typeof site === 'string' ? site : (site.id ?? site.name ?? '')));
  return {
    user: answer.user ?? null,
    roles: answer.roles ?? [],
    sites: sites.filter(Boolean).length ? sites.filter(Boolean) : ['default'],
    auth: answer.auth ?? 'none',
    version: answer.version ?? '',
    notice: answer.notice ?? '',
  };
}

/** With `auth: none` everybody on the machine is a reader and an administrator. */
export const signedIn = (session: Session) => session.auth === 'none' || session.user !== null;

export const isAdmin = (session: Session) => session.auth === 'none' || session.roles.includes('admin');

export const logIn = (user: string, password: string) => sendJson('POST', '/api/v1/login', { user, password });

export const logOut = () => sendJson('POST', '/api/v1/logout');
