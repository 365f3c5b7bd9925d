import { isAdmin, logOut, type Session } from '../features/session/session';
import type { LiveSource } from '../shared/live/liveSource';
import { useStore } from '../shared/store';
import { follow, linkTo, type Place } from './navigation';

const LIVE_WORDS = { connecting: 'Connecting…', live: 'Live', reconnecting: 'Connection lost, reconnecting…' };

interface Props {
  session: Session;
  site: string;
  place: Place;
  notice: string;
  live: LiveSource;
  onSite: (site: string) => void;
  onLogOut: () => void;
}

export function Header({ session, site, place, notice, live, onSite, onLogOut }: Props) {
  const status = useStore(live.status);
  const link = (to: Place, label: string) => (
    <a href={linkTo(to, site)} onClick={follow} aria-current={place.page === to.page ? 'page' : undefined}>
      {label}
    </a>
  );
  return (
    <header class="top">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <span class="brand">QureHost</span>
      <nav aria-label="Pages">
        {link({ page: 'worklist' }, 'Worklist')}
        {isAdmin(session) && link({ page: 'admin' }, 'Administration')}
        {isAdmin(session) && link({ page: 'operations' }, 'Operations')}
      </nav>
      <p class="notice" role="note">
        {notice}
      </p>
      {place.page !== 'admin' && place.page !== 'operations' && (
        <span class={`live is-${status}`} role="status">
          <span class="dot" aria-hidden="true" />
          {LIVE_WORDS[status]}
        </span>
      )}
      {session.sites.length > 1 && (
        <label class="inline">
          Site
          <select value={site} onChange={(event) => onSite(event.currentTarget.value)}>
            {session.sites.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      {session.auth !== 'none' && (
        <>
          <span class="muted">{session.user}</span>
          <button type="button" onClick={() => void logOut().finally(onLogOut)}>
            Sign out
          </button>
        </>
      )}
    </header>
  );
}
