import { useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { words } from '../../shared/format';
import { messageOf } from '../../shared/http';
import type { Product } from '../../shared/products';
import type { ImageRef } from '../../shared/results';
import { announce } from '../../shared/ui/announce';
import { StandingBadge } from '../../shared/ui/badges';
import { acknowledge, cancelRun, decide, rerun, type DecisionBody } from './api';
import { ProductCard } from './ProductCard';
import { productRuns, type StudyState } from './studyState';
import './findings.css';

interface Props {
  study: string;
  state: StudyState;
  /** The site's products; those that are enabled and have no run were not attempted. */
  products: Product[];
  /** Colours of what is drawn, by product/result id. */
  colors: ReadonlyMap<string, string>;
  /** Results whose drawings the reader turned off. */
  hidden: ReadonlySet<string>;
  onToggle: (key: string) => void;
  /** Which finding's heatmap is shown, by product/result id. */
  heat: string | undefined;
  onHeat: (key: string) => void;
  onJump: (image: ImageRef) => void;
}

export function FindingsPanel({ study, state, products, ...marks }: Props) {
  const { site } = useWorkplace();
  const [error, setError] = useState('');
  const runs = productRuns(state);
  const nameOf = (id: string) => products.find((product) => product.id === id)?.name ?? words(id);
  const notAttempted = products.filter(({ id, enabled }) => enabled && !runs.some(({ product }) => product === id));

  const attempt = async (action: Promise<unknown>, done: string) => {
    setError('');
    try {
      await action;
      announce(done);
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  const start = (product: string) =>
    void attempt(rerun(site, study, product), `${nameOf(product)}: a run was asked for.`);

  return (
    <div class="findings">
      {state.alerts
        .filter((alert) => !alert.acknowledgedBy)
        .map((alert) => (
          <div key={alert.alertId} class="alert row" role="alert">
            <StandingBadge standing="found">{alert.text || words(alert.finding ?? 'Alert')}</StandingBadge>
            <span class="spacer" />
            <button type="button" onClick={() => void attempt(acknowledge(site, alert.alertId), 'Alert acknowledged.')}>
              Seen
            </button>
          </div>
        ))}
      <p role="alert" class="error">
        {error}
      </p>
      {runs
        .toSorted((a, b) => nameOf(a.product).localeCompare(nameOf(b.product)))
        .map((entry) => (
          <ProductCard
            key={entry.product}
            runs={entry}
            name={nameOf(entry.product)}
            decisions={state.decisions}
            onRerun={() => start(entry.product)}
            onCancel={(runId) => void attempt(cancelRun(site, runId), `${nameOf(entry.product)}: cancelled.`)}
            onDecide={(body: DecisionBody) =>
              void attempt(decide(site, study, body), body.decision === 'accept' ? 'Accepted.' : 'Rejected.')
            }
            {...marks}
          />
        ))}
      {notAttempted.map(({ id, name }) => (
        <section key={id} class="product" data-product={id} aria-label={name}>
          <header>
            <h2>{name}</h2>
            <span class="row">
              <StandingBadge standing="not-attempted" />
              <button type="button" aria-label={`Run ${name} on this study`} onClick={() => start(id)}>
                Run
              </button>
            </span>
          </header>
        </section>
      ))}
      {runs.length === 0 && notAttempted.length === 0 && <p class="empty">No product is enabled for this study.</p>}
    </div>
  );
}
