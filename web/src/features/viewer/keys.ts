import { Store } from '../../shared/store';

/** What can be done by one key. Digits choose windows and are not listed here. */
export const ACTIONS = {
  next: { words: 'Next image', keys: ['ArrowDown', 'ArrowRight'] },
  previous: { words: 'Previous image', keys: ['ArrowUp', 'ArrowLeft'] },
  forward: { words: 'Ten images on', keys: ['PageDown'] },
  back: { words: 'Ten images back', keys: ['PageUp'] },
  first: { words: 'First image', keys: ['Home'] },
  last: { words: 'Last image', keys: ['End'] },
  nextSeries: { words: 'Next series', keys: ['.'] },
  previousSeries: { words: 'Previous series', keys: [','] },
  heat: { words: 'Heatmap on or off', keys: ['h'] },
  outlines: { words: 'Outlines on or off', keys: ['o'] },
  original: { words: 'Original image: all drawings off or back', keys: ['x'] },
  invert: { words: 'Invert', keys: ['i'] },
  reset: { words: 'Reset the view', keys: ['r'] },
  zoomIn: { words: 'Zoom in', keys: ['+', '='] },
  zoomOut: { words: 'Zoom out', keys: ['-'] },
  brighter: { words: 'Brighter', keys: ['b'] },
  darker: { words: 'Darker', keys: ['d'] },
  window: { words: 'Tool: window', keys: ['w'] },
  pan: { words: 'Tool: pan', keys: ['p'] },
  zoom: { words: 'Tool: zoom', keys: ['z'] },
  scroll: { words: 'Tool: scroll', keys: ['s'] },
  worklist: { words: 'Back to the worklist', keys: ['q'] },
  help: { words: 'Keys', keys: ['?'] },
} as const satisfies Record<string, { words: string; keys: readonly string[] }>;

export type Action = keyof typeof ACTIONS;

export interface KeySettings {
  /** Single keys can be turned off, for those who speak to their machine (WCAG 2.1.4). */
  on: boolean;
  changed: Partial<Record<Action, string[]>>;
}

const STORED = 'qurehost.keys';
const DEFAULT: KeySettings = { on: true, changed: {} };

function stored(): KeySettings {
  try {
    return { ...DEFAULT, ...(JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<KeySettings>) };
  } catch {
    return DEFAULT;
  }
}

export const keys$ = new Store<KeySettings>(typeof localStorage === 'undefined' ? DEFAULT : stored());

export function changeKeys(settings: KeySettings): void {
  keys$.set(settings);
  try {
    localStorage.setItem(STORED, JSON.stringify(settings));
  } catch {
    // Without storage the change holds until the page is left.
  }
}

export const resetKeys = () => changeKeys(DEFAULT);

export const keysOf = (action: Action, settings: KeySettings): readonly string[] =>
  settings.changed[action] ?? ACTIONS[action].keys;

/** The action of a key, or undefined. */
export function actionOf(key: string, settings: KeySettings): Action | undefined {
  const wanted = key.length === 1 ? key.toLowerCase() : key;
  return (Object.keys(ACTIONS) as Action[]).find((action) => keysOf(action, settings).includes(wanted));
}

/** Settings with an action on another key; whatever had the key before loses it. */
export function rebind(settings: KeySettings, action: Action, key: string): KeySettings {
  const wanted = key.length === 1 ? key.toLowerCase() : key;
  const changed: KeySettings['changed'] = { ...settings.changed, [action]: [wanted] };
  for (const other of Object.keys(ACTIONS) as Action[]) {
    const keys = keysOf(other, settings);
    if (other !== action && keys.includes(wanted)) {
      changed[other] = keys.filter((k) => k !== wanted);
    }
  }
  return { ...settings, changed };
}

/** True where a key press belongs to what has the focus: a text, a choice, a slider, or a panel that scrolls. */
export function belongsElsewhere({ target, key }: KeyboardEvent): boolean {
  const always = 'input, textarea, select, [contenteditable], dialog';
  const moves = key.length > 1;
  return target instanceof HTMLElement && !!target.closest(moves ? `${always}, aside, nav` : always);
}
