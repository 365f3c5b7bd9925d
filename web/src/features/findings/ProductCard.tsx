import type { Finding, ImageRef } from '../../shared/results';
import { StandingBadge } from '../../shared/ui/badges';
import type { DecisionBody } from './api';
import { FindingItem } from './FindingItem';
import { Busy, KeyImages, Measurements, Newer, Provenance, Reasons, Texts } from './RunParts';
import { isBusy, standingOf, standingWords } from './standing';
import { decisionKey, findingsOf, measurementsOf, type Decision, type ProductRuns, type Run } from './studyState';

export interface Marks {
  colors: ReadonlyMap<string, string>;
  hidden: ReadonlySet<string>;
  onToggle: (key: string) => void;
  heat: string | undefined;
  onHeat: (key: string) => void;
  onJump: (image: ImageRef) => void;
}

interface Props extends Marks {
  runs: ProductRuns;
  name: string;
  decisions: ReadonlyMap<string, Decision>;
  onRerun: () => void;
  onCancel: (runId: string) => void;
  onDecide: (body: DecisionBody) => void;
}

/** One product on the study. A failure or a refusal takes the same place as findings, and says why. */
export function ProductCard({ runs, name, decisions, onRerun, onCancel, onDecide, ...marks }: Props) {
  const { shown: run, newer } = runs;
  if (!run) {
    return null;
  }
  const findings = findingsOf(run);
  const of = (presence: Finding['presence']) => findings.filter(({ finding }) => finding.presence === presence);
  const present = of('Present');
  const standing = standingOf(run, present.length);
  const busy = isBusy(run) || (newer !== undefined && isBusy(newer));
  // Of what was looked for and not found, the numbers still count: a normal cardiothoracic ratio is news.
  const unaccounted = [
    ...measurementsOf(run, undefined),
    ...of('Absent').flatMap(({ finding }) => measurementsOf(run, finding.id)),
  ];
  const item = ({ finding }: { finding: Finding }) => (
    <FindingItem
      key={finding.id}
      finding={finding}
      measurements={finding.presence === 'Absent' ? [] : measurementsOf(run, finding.id)}
      product={run.product}
      runId={run.runId}
      drawn={hasDrawing(run, finding.id)}
      decision={decisions.get(decisionKey(run.product, finding.id))}
      onDecide={onDecide}
      {...marks}
    />
  );

  return (
    <section class="product" data-product={run.product} data-standing={standing} aria-label={name}>
      <header>
        <h2>{name}</h2>
        <StandingBadge standing={standing}>{standingWords(run, standing, present.length)}</StandingBadge>
      </header>
      {isBusy(run) && <Busy run={run} name={name} />}
      {newer && <Newer run={newer} name={name} />}
      <Reasons run={run} standing={standing} />
      <ul class="list">{present.map(item)}</ul>
      <Fold label="Indeterminate" entries={of('Indeterminate')} item={item} open />
      <Fold label="Looked for, not found" entries={of('Absent')} item={item} />
      <Fold label="Not assessed" entries={of('NotAssessed')} item={item} />
      {unaccounted.length > 0 && <Measurements measurements={unaccounted} />}
      <Texts run={run} />
      <KeyImages run={run} onJump={marks.onJump} />
      <footer>
        <button type="button" onClick={onRerun} disabled={busy}>
          Run again
        </button>
        {busy && (
          <button type="button" onClick={() => onCancel((newer && isBusy(newer) ? newer : run).runId)}>
            Cancel
          </button>
        )}
        <Provenance run={run} />
      </footer>
    </section>
  );
}

function hasDrawing(run: Run, finding: string): { mask: boolean; shape: boolean } {
  const parts = [...run.results.values()].filter(({ result }) => result.of === finding);
  return { mask: parts.some((p) => p.result.kind === 'mask'), shape: parts.some((p) => p.result.kind === 'shape') };
}

type Entry = { finding: Finding };

function Fold(props: { label: string; entries: Entry[]; item: (entry: Entry) => preact.JSX.Element; open?: boolean }) {
  const { label, entries, item, open } = props;
  return entries.length ? (
    <details open={open} class="fold">
      <summary>
        {label} ({entries.length})
      </summary>
      <ul class="list">{entries.map(item)}</ul>
    </details>
  ) : null;
}
