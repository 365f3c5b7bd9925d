import { useEffect, useRef } from 'preact/hooks';
import { useStore } from '../../shared/store';
import { actionOf, belongsElsewhere, keys$, type Action } from './keys';
import type { Preset } from './presets';

/** Digits choose windows, other keys do what the reader's key settings say. */
export function useKeys(
  presets: Preset[],
  onPreset: (preset: Preset) => void,
  onAction: (action: Action) => void,
): void {
  const settings = useStore(keys$);
  const latest = useRef({ presets, onPreset, onAction, settings });
  latest.current = { presets, onPreset, onAction, settings };

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { presets, onPreset, onAction, settings } = latest.current;
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      if (event.defaultPrevented || modified || !settings.on || belongsElsewhere(event)) {
        return;
      }
      const preset = presets.find(({ key }) => key === event.key);
      const action = preset ? undefined : actionOf(event.key, settings);
      if (preset) {
        onPreset(preset);
      } else if (action) {
        onAction(action);
      } else {
        return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}
