import { Guard, lazy } from './lazy';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { LoginForm } from '../features/session/LoginForm';
import { fetchSession, isAdmin, signedIn, type Session } from '../features/session/session';
import { WorklistPage } from '../features/worklist/WorklistPage';
import { WorkplaceContext, type Workplace } from '../shared/context';
import { DicomWeb } from '../shared/dicomweb/client';
import { ApiError, messageOf, onSignedOut } from '../shared/http';
import { HubSource } from '../shared/live/hubSource';
import { useStore } from '../shared/store';
import { Header } from './Header';
import { follow, go, linkTo, location$, placeOf } from './navigation';

const StudyPage = lazy(() => import('./study/StudyPage').then((m) => m.StudyPage));
const AccessionPage = lazy(() => import('./study/AccessionPage').then((m) => m.AccessionPage));
const OperationsPage = lazy(() => import('../features/operations/OperationsPage').then((m) => m.OperationsPage));
const AdminPage = lazy(() => import('../features/admin/AdminPage').then((m) => m.AdminPage));

/** A pointer or the focus on a row announces that its study will be opened: loading the imaging library begins. */
let prepared = false;
function prepareStudy(): void {
  if (!prepared) {
    prepared = true;
    void Promise.all([import('./study/StudyPage'), import('../features/viewer/imaging/cornerstoneStage')]).catch(() => {
      prepared = false; // Whatever it was, opening the study will say so.
    });
  }
}

type Entry =
  { state: 'asking' } | { state: 'out' } | { state: 'in'; session: Session } | { state: 'error'; text: string };

const TITLES = {
  worklist: 'Worklist',
  study: 'Study',
  accession: 'Study',
  admin: 'Administration',
  operations: 'Operations',
};
const FALLBACK_NOTICE = 'Research and evaluation only. Not a medical device.';

export function App() {
  const [entry, setEntry] = useState<Entry>({ state: 'asking' });
  const [notice, setNotice] = useState(FALLBACK_NOTICE);

  const ask = () =>
    fetchSession().then(
      (session) => {
        setNotice(session.notice || FALLBACK_NOTICE);
        setEntry(signedIn(session) ? { state: 'in', session } : { state: 'out' });
      },
      (error) =>
        setEntry(
          error instanceof ApiError && error.status === 401
            ? { state: 'out' }
            : { state: 'error', text: messageOf(error) },
        ),
    );

  useEffect(() => {
    onSignedOut(() => setEntry({ state: 'out' }));
    void ask();
  }, []);

  return (
    <>
      {entry.state === 'in' && <SignedIn session={entry.session} notice={notice} onLogOut={() => void ask()} />}
      {entry.state === 'out' && <LoginForm onDone={() => void ask()} />}
      {entry.state === 'error' && (
        <main class="login">
          <div class="card" role="alert">
            <h1>QureHost</h1>
            <p>{entry.text}</p>
            <button type="button" onClick={() => void ask()}>
              Try again
            </button>
          </div>
        </main>
      )}
      {entry.state !== 'in' && <footer class="notice">{notice}</footer>}
      <div id="announcements" class="unseen" role="status" aria-live="polite" />
    </>
  );
}

function SignedIn({ session, notice, onLogOut }: { session: Session; notice: string; onLogOut: () => void }) {
  const search = useStore(location$);
  const asked = new URLSearchParams(search).get('site');
  const site =
    asked && session.sites.includes(asked) ? asked : session.sites.includes('default') ? 'default' : session.sites[0];
  const place = placeOf(search);

  // A new page is announced by its title, and the keyboard starts at its content.
  const [firstSearch] = useState(search);
  useEffect(() => {
    document.title = `${TITLES[place.page]} – QureHost`;
    if (search !== firstSearch) {
      document.getElementById('main')?.focus();
    }
  }, [search]);

  const live = useMemo(() => new HubSource('/hubs/viewer', onLogOut), [session.user]);
  useEffect(() => () => live.stop(), [live]);

  const workplace = useMemo<Workplace>(
    () => ({
      site,
      user: session.user,
      admin: isAdmin(session),
      live,
      dicomWeb: DicomWeb.ofSite(site),
      studyLink: (study) => linkTo({ page: 'study', study }, site),
      prepareStudy,
      worklistLink: linkTo({ page: 'worklist' }, site),
      follow,
      go,
    }),
    [site, session, live],
  );

  return (
    <WorkplaceContext.Provider value={workplace}>
      <Header
        session={session}
        site={site}
        place={place}
        notice={notice}
        live={live}
        onSite={(next) => go(linkTo({ page: 'worklist' }, next))}
        onLogOut={onLogOut}
      />
      <Guard key={search}>
        {place.page === 'worklist' && <WorklistPage key={site} />}
        {place.page === 'study' && <StudyPage key={`${site}/${place.study}`} study={place.study} />}
        {place.page === 'accession' && (
          <AccessionPage
            key={`${site}/${place.accession}`}
            accession={place.accession}
            onStudy={(study) => {
              history.replaceState(null, '', linkTo({ page: 'study', study }, site));
              location$.set(location.search);
            }}
          />
        )}
        {place.page === 'admin' && <AdminPage key={site} />}
        {place.page === 'operations' && <OperationsPage />}
      </Guard>
    </WorkplaceContext.Provider>
  );
}
