import { useEffect, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { messageOf } from '../../shared/http';
import { fetchOperations, type Operations } from './api';
import { bars, busyShare, megabytes, percentiles, seconds, SHOWN } from './model';
import './operations.css';

const PERIOD_MS = 1000;

/** What the host does now, asked for every second while the page is seen. */
export function OperationsPage() {
  const { admin } = useWorkplace();
  const [seen, setSeen] = useState<Operations>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    if (!admin) {
      return;
    }
    const stop = new AbortController();
    let timer = 0;
    const ask = async () => {
      if (!document.hidden) {
        try {
          setSeen(await fetchOperations(stop.signal));
          setProblem(undefined);
        } catch (error) {
          if (stop.signal.aborted) {
            return;
          }
          setProblem(messageOf(error));
        }
      }
      timer = window.setTimeout(() => void ask(), PERIOD_MS);
    };
    void ask();
    return () => {
      stop.abort();
      window.clearTimeout(timer);
    };
  }, [admin]);

  if (!admin) {
    return (
      <main id="main" class="waiting" tabIndex={-1}>
        <p role="alert">This page is for administrators.</p>
      </main>
    );
  }
  return (
    <main id="main" class="operations" tabIndex={0}>
      <h1>Operations</h1>
      {problem && (
        <p role="alert">
          {problem} {seen && 'What is shown is older.'}
        </p>
      )}
      {seen ? <Figures seen={seen} /> : !problem && <p>Loading…</p>}
    </main>
  );
}

function Figures({ seen }: { seen: Operations }) {
  return (
    <>
      <section aria-labelledby="lanes">
        <h2 id="lanes">Lanes</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">Lane</th>
              <th scope="col">Runs waiting</th>
              <th scope="col">Runs under way</th>
              <th scope="col">Overdue</th>
              <th scope="col">Model calls waiting</th>
              <th scope="col">Oldest call</th>
              <th scope="col">Expected late</th>
            </tr>
          </thead>
          <tbody>
            {seen.lanes.map((l) => (
              <tr key={l.lane}>
                <th scope="row">
                  <Swatch lane={l.lane} /> {l.lane}
                </th>
                <td>{l.queued}</td>
                <td>{l.running}</td>
                <td class={l.overdue > 0 ? 'bad' : undefined}>{l.overdue}</td>
                <td>{l.waitingCalls}</td>
                <td>{l.waitingCalls > 0 ? seconds(l.oldestCallSeconds) : '–'}</td>
                <td class={l.expectedLate > 0 ? 'bad' : undefined}>{l.expectedLate}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section aria-labelledby="devices">
        <h2 id="devices">Devices</h2>
        {seen.devices.map((d) => {
          const busy = busyShare(seen.timeline, d.id);
          return (
            <div key={d.id} class="card">
              <h3>
                {d.name} {!d.present && <strong class="bad">lost, being started again</strong>}
              </h3>
              <p>
                {Math.round(busy * 100)} % busy in the last minute; {megabytes(d.usedBytes)} of{' '}
                {megabytes(d.budgetBytes)} in use, {megabytes(d.pinnedBytes)} set aside for stat models; lost {d.losses}{' '}
                {d.losses === 1 ? 'time' : 'times'}.
              </p>
              <div
                class="timeline"
                role="img"
                aria-label={`The last ${SHOWN} seconds: ${Math.round(busy * 100)} % busy`}
              >
                {bars(seen.timeline, d.id).map((b, i) => (
                  <span
                    key={i}
                    class={`bar lane-${b.lane}`}
                    style={{ left: `${b.left * 100}%`, width: `${b.width * 100}%` }}
                    title={`${b.lane}: ${b.product}, ${b.model}, ${seconds(b.fromAgo - b.toAgo)}`}
                  />
                ))}
              </div>
              <table>
                <caption>Resident models</caption>
                <thead>
                  <tr>
                    <th scope="col">Model</th>
                    <th scope="col">Memory</th>
                    <th scope="col">Of the budget</th>
                    <th scope="col">State</th>
                  </tr>
                </thead>
                <tbody>
                  {d.models.map((m) => (
                    <tr key={m.name}>
                      <th scope="row">{m.name}</th>
                      <td>{megabytes(m.bytes)}</td>
                      <td>
                        <meter
                          value={m.bytes}
                          max={d.budgetBytes}
                          aria-label={`${m.name}: ${megabytes(m.bytes)} of ${megabytes(d.budgetBytes)}`}
                        />
                      </td>
                      <td>
                        {m.loading ? 'loading' : `unused for ${seconds(m.idleSeconds)}`}
                        {m.pinned && ', pinned'}
                      </td>
                    </tr>
                  ))}
                  {d.models.length === 0 && (
                    <tr>
                      <td colSpan={4}>No model is loaded.</td>
                    </tr>
                  )}
                </tbody>
              </table>
            </div>
          );
        })}
      </section>
      <section aria-labelledby="products">
        <h2 id="products">Products</h2>
        <table>
          <caption>
            Times are p50 / p90 / p99 of the last 500 runs, from the last slice before the run was queued
          </caption>
          <thead>
            <tr>
              <th scope="col">Product</th>
              <th scope="col">State</th>
              <th scope="col">Waiting</th>
              <th scope="col">Under way</th>
              <th scope="col">Finished</th>
              <th scope="col">Failed</th>
              <th scope="col">Deadline misses</th>
              <th scope="col">To the first finding</th>
              <th scope="col">To the end</th>
            </tr>
          </thead>
          <tbody>
            {seen.products.map((p) => (
              <tr key={`${p.id} ${p.version}`}>
                <th scope="row">
                  {p.name} {p.version}
                </th>
                <td class={p.state === 'Active' || p.state === 'Starting' ? undefined : 'bad'}>
                  {p.state}
                  {p.reason && `: ${p.reason}`}
                </td>
                <td>{p.queued}</td>
                <td>{p.running}</td>
                <td>{p.times?.finished ?? 0}</td>
                <td>{p.times?.failed ?? 0}</td>
                <td class={p.times?.misses ? 'bad' : undefined}>{p.times?.misses ?? 0}</td>
                <td>{percentiles(p.times?.firstFinding)}</td>
                <td>{percentiles(p.times?.end)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

const Swatch = ({ lane }: { lane: string }) => <span class={`swatch lane-${lane}`} aria-hidden="true" />;
