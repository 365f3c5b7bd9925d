import { measured, plural, seconds, words } from '../../shared/format';
import type { Finding, ImageRef, Measurement } from '../../shared/results';
import { Progress, StandingBadge, type Standing } from '../../shared/ui/badges';
import type { DecisionBody } from './api';
import { FindingItem } from './FindingItem';
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
  const unaccounted = measurementsOf(run, undefined);
  const item = ({ finding }: { finding: Finding }) => (
    <FindingItem
      key={finding.id}
      finding={finding}
      measurements={measurementsOf(run, finding.id)}
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

const isBusy = (run: Run) => run.phase === 'queued' || run.phase === 'running';

function standingOf(run: Run, present: number): Standing {
  if (run.phase !== 'finished') {
    return run.phase;
  }
  if (run.status === 'ok') {
    return present ? 'found' : 'nothing';
  }
  return run.status ?? 'nothing';
}

function standingWords(run: Run, standing: Standing, present: number): string | undefined {
  if (standing === 'found') {
    return `${present} found`;
  }
  if (standing === 'qualified') {
    return present ? `${present} found, with reservations` : 'Nothing found, with reservations';
  }
  return run.phase === 'failed' && run.results.size > 0 ? 'Failed before it was done' : undefined;
}

function hasDrawing(run: Run, finding: string): { mask: boolean; shape: boolean } {
  const parts = [...run.results.values()].filter(({ result }) => result.of === finding);
  return { mask: parts.some((p) => p.result.kind === 'mask'), shape: parts.some((p) => p.result.kind === 'shape') };
}

function Busy({ run, name }: { run: Run; name: string }) {
  return (
    <p class="busy">
      {run.phase === 'running' && <Progress done={run.done} label={`${name} progress`} />}
      <small>
        {run.phase === 'queued' ? (run.attempt > 0 ? 'Waiting to try again' : 'Waiting for its turn') : run.stage}
        {run.attempt > 1 && ` · attempt ${run.attempt}`}
      </small>
    </p>
  );
}

/** A run that came after the one whose findings are shown. */
function Newer({ run, name }: { run: Run; name: string }) {
  if (isBusy(run)) {
    return (
      <div class="newer">
        <small>A new run is under way; until it speaks, the earlier one is shown.</small>
        <Busy run={run} name={`${name}, new run,`} />
      </div>
    );
  }
  return (
    <div class="newer">
      <StandingBadge standing={run.phase === 'cancelled' ? 'cancelled' : 'failed'}>
        {run.phase === 'cancelled' ? 'The newest run was cancelled' : 'The newest run failed'}
      </StandingBadge>
      <small>{run.reasons.join(' ')} What is shown is from an earlier run.</small>
    </div>
  );
}

function Reasons({ run, standing }: { run: Run; standing: Standing }) {
  const gates = [...run.results.values()].flatMap(({ result }) =>
    result.kind === 'gate' ? (result.reasons ?? []) : [],
  );
  const reasons = [...new Set([...run.reasons, ...gates])];
  return reasons.length ? (
    <ul class={`reasons ${standing}`}>
      {reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  ) : null;
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

export function Measurements({ measurements }: { measurements: Measurement[] }) {
  return (
    <dl class="measurements">
      {measurements.map((m) => (
        <div key={m.id}>
          <dt>{words(m.name)}</dt>
          <dd>
            <b>{measured(m.value, m.unit)}</b>
            {m.reference && <small> usual: {m.reference}</small>}
            {m.reason && <small class="reservation"> {m.reason}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Texts({ run }: { run: Run }) {
  const texts = [...run.results.values()].flatMap(({ result }) => (result.kind === 'reportText' ? [result] : []));
  return texts.length ? (
    <details class="fold">
      <summary>Proposed report text</summary>
      {texts.map((text) => (
        <p key={text.id} class="report-text">
          <b>{words(text.section)}:</b> {text.text}
        </p>
      ))}
    </details>
  ) : null;
}

function KeyImages({ run, onJump }: { run: Run; onJump: (image: ImageRef) => void }) {
  const keys = [...run.results.values()].flatMap(({ result }) => (result.kind === 'keyImage' ? [result] : []));
  return keys.length ? (
    <ul class="list">
      {keys.map((key) => (
        <li key={key.id}>
          <button type="button" onClick={() => onJump(key.image)}>
            Show: {key.why}
          </button>
        </li>
      ))}
    </ul>
  ) : null;
}

function Provenance({ run }: { run: Run }) {
  return (
    <details class="provenance">
      <summary>
        {run.version ? `Version ${run.version}` : 'About this run'}
        {run.models.length > 0 && `, ${plural(run.models.length, 'model')}`}
      </summary>
      <dl>
        {run.models.map((model) => (
          <div key={model.sha256 ?? model.name}>
            <dt>
              Model {model.name} {model.version}
            </dt>
            <dd>
              <code>{model.sha256 ? `sha256 ${model.sha256}` : 'no hash'}</code>
            </dd>
          </div>
        ))}
        <div>
          <dt>Run</dt>
          <dd>
            <code>{run.runId}</code>
            {run.seconds !== undefined && <small> {seconds(run.seconds)}</small>}
            {run.attempt > 1 && <small> attempt {run.attempt}</small>}
          </dd>
        </div>
      </dl>
    </details>
  );
}
