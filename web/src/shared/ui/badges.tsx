import type { ComponentChildren } from 'preact';

/**
 * States and priorities as a shape and a word; the colour only repeats them. "Ran, nothing found", "not attempted" and
 * "not suitable" are different states and look different (PS3.17 §F.3.1).
 */
export type Standing =
  'queued' | 'running' | 'found' | 'nothing' | 'qualified' | 'refused' | 'failed' | 'cancelled' | 'not-attempted';

const STANDING_WORDS: Record<Standing, string> = {
  queued: 'Waiting',
  running: 'Running',
  found: 'Found',
  nothing: 'Ran, nothing found',
  qualified: 'With reservations',
  refused: 'Not suitable',
  failed: 'Failed',
  cancelled: 'Cancelled',
  'not-attempted': 'Not attempted',
};

const STANDING_SHAPES: Record<Standing, ComponentChildren> = {
  queued: (
    <>
      <circle cx="8" cy="8" r="6" class="stroke" />
      <path d="M8 4.5V8l2.5 1.5" class="stroke" />
    </>
  ),
  running: <path d="M8 2a6 6 0 1 1-6 6" class="stroke thick" />,
  found: (
    <>
      <circle cx="8" cy="8" r="7" class="fill" />
      <path d="M8 4v5M8 11.2v.6" class="cut" />
    </>
  ),
  nothing: (
    <>
      <circle cx="8" cy="8" r="6" class="stroke" />
      <path d="M5 8.2l2 2 4-4.4" class="stroke" />
    </>
  ),
  qualified: (
    <>
      <path d="M8 1.8l6.4 11.4H1.6z" class="stroke" />
      <path d="M8 6v3.4M8 11.2v.4" class="stroke" />
    </>
  ),
  refused: (
    <>
      <circle cx="8" cy="8" r="6" class="stroke" />
      <path d="M3.8 12.2l8.4-8.4" class="stroke" />
    </>
  ),
  failed: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="2" class="fill" />
      <path d="M5 5l6 6M11 5l-6 6" class="cut" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="6" class="stroke" />
      <path d="M5 8h6" class="stroke" />
    </>
  ),
  'not-attempted': <circle cx="8" cy="8" r="6" class="stroke dashed" />,
};

function Shape({ children }: { children: ComponentChildren }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" class="shape">
      {children}
    </svg>
  );
}

export function StandingBadge({ standing, children }: { standing: Standing; children?: ComponentChildren }) {
  return (
    <span class={`badge standing-${standing}`} data-standing={standing}>
      <Shape>{STANDING_SHAPES[standing]}</Shape>
      <span>{children ?? STANDING_WORDS[standing]}</span>
    </span>
  );
}

const PRIORITY_SHAPES: Record<string, ComponentChildren> = {
  Stat: <path d="M8 1.5l7 12.5H1z" class="fill" />,
  Urgent: <path d="M8 1l7 7-7 7-7-7z" class="fill" />,
  Routine: <circle cx="8" cy="8" r="5" class="fill" />,
  Background: <circle cx="8" cy="8" r="4.5" class="stroke" />,
};

export function PriorityBadge({ priority }: { priority: string }) {
  return (
    <span class={`badge priority-${priority.toLowerCase()}`}>
      <Shape>{PRIORITY_SHAPES[priority] ?? PRIORITY_SHAPES.Routine}</Shape>
      <span>{priority}</span>
    </span>
  );
}

export function Progress({ done, label }: { done: number | null | undefined; label: string }) {
  const known = done !== null && done !== undefined;
  const percent = known ? Math.round(Math.min(1, Math.max(0, done)) * 100) : undefined;
  return (
    <span
      class={known ? 'progress' : 'progress unknown'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={known ? { width: `${percent}%` } : undefined} />
    </span>
  );
}
