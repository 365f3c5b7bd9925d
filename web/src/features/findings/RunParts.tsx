import { measured, plural, seconds, words } from '../../shared/format';
import type { ImageRef, Measurement } from '../../shared/results';
import { Progress, StandingBadge, type Standing } from '../../shared/ui/badges';
import { isBusy } from './standing';
import type { Run } from './studyState';

export function Busy({ run, name }: { run: Run; name: string }) {
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
export function Newer({ run, name }: { run: Run; name: string }) {
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

export function Reasons({ run, standing }: { run: Run; standing: Standing }) {
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

export function Texts({ run }: { run: Run }) {
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

export function KeyImages({ run, onJump }: { run: Run; onJump: (image: ImageRef) => void }) {
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

export function Provenance({ run }: { run: Run }) {
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
