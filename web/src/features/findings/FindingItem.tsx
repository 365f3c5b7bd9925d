import { probability, words } from '../../shared/format';
import type { Finding, Measurement } from '../../shared/results';
import type { DecisionBody } from './api';
import type { Marks } from './ProductCard';
import { Measurements } from './RunParts';
import { decisionKey, type Decision } from './studyState';

interface Props extends Marks {
  finding: Finding;
  measurements: Measurement[];
  product: string;
  runId: string;
  drawn: { mask: boolean; shape: boolean };
  decision: Decision | undefined;
  onDecide: (body: DecisionBody) => void;
}

const DECISION_WORDS = { accept: 'Accepted', reject: 'Rejected', edit: 'Edited', add: 'Added' };

export function FindingItem(props: Props) {
  const { finding, measurements, product, runId, drawn, decision, onDecide } = props;
  const key = decisionKey(product, finding.id);
  const color = props.colors.get(key);
  const name = words(finding.name);
  const present = finding.presence === 'Present';
  const image = finding.images?.[0];
  const side = finding.laterality ? `${finding.laterality.toLowerCase()}` : '';
  const send = (choice: 'accept' | 'reject') => onDecide({ product, runId, resultId: finding.id, decision: choice });

  return (
    <li
      class={`finding ${finding.presence.toLowerCase()} ${decision?.decision === 'reject' ? 'rejected' : ''}`}
      data-finding={finding.name}
    >
      <div class="head">
        {color && <span class="swatch" style={{ background: color }} aria-hidden="true" />}
        <h3>
          {name}
          {side && <span class="laterality"> {side}</span>}
          {finding.critical && present && <span class="critical"> ! critical</span>}
          {finding.final === false && <span class="muted"> preliminary</span>}
        </h3>
        <Likelihood finding={finding} />
      </div>
      {(finding.detail || finding.reason) && (
        <small>{[finding.detail, finding.reason].filter(Boolean).join('. ')}</small>
      )}
      {measurements.length > 0 && <Measurements measurements={measurements} />}
      {(present || finding.presence === 'Indeterminate') && (
        <div class="actions">
          {image && (
            <button type="button" onClick={() => props.onJump(image)} aria-label={`Show ${name} in the image`}>
              Show
            </button>
          )}
          {drawn.mask && (
            <button
              type="button"
              aria-pressed={props.heat === key}
              aria-label={`Heatmap of ${name}`}
              onClick={() => props.onHeat(key)}
            >
              Heatmap
            </button>
          )}
          {(drawn.mask || drawn.shape) && color && (
            <button
              type="button"
              aria-pressed={!props.hidden.has(key)}
              aria-label={`Outline of ${name}`}
              onClick={() => props.onToggle(key)}
            >
              Outline
            </button>
          )}
          <button
            type="button"
            class="decide"
            aria-pressed={decision?.decision === 'accept'}
            aria-label={`Accept ${name}`}
            onClick={() => send('accept')}
          >
            ✓ Accept
          </button>
          <button
            type="button"
            aria-pressed={decision?.decision === 'reject'}
            aria-label={`Reject ${name}`}
            onClick={() => send('reject')}
          >
            ✕ Reject
          </button>
        </div>
      )}
      {decision && (
        <small class="decision">
          {DECISION_WORDS[decision.decision]}
          {decision.user && ` by ${decision.user}`}
          {decision.comment && `: ${decision.comment}`}
        </small>
      )}
    </li>
  );
}

/** The probability as a number and a bar, with the operating point as a tick on it. */
function Likelihood({ finding }: { finding: Finding }) {
  const { probability: p, threshold } = finding;
  if (p === undefined || p === null) {
    return finding.presence === 'NotAssessed' ? <span class="muted">not assessed</span> : null;
  }
  const point = threshold === undefined || threshold === null ? '' : `, operating point ${probability(threshold)}`;
  return (
    <span class="likelihood" title={`Probability ${probability(p)}${point}`}>
      <span class="bar" aria-hidden="true">
        <span class="level" style={{ width: `${p * 100}%` }} />
        {point && <span class="tick" style={{ left: `${threshold! * 100}%` }} />}
      </span>
      <b>{probability(p)}</b>
      <span class="unseen">{point}</span>
    </span>
  );
}
