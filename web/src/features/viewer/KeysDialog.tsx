import { useEffect, useRef, useState } from 'preact/hooks';
import { useStore } from '../../shared/store';
import { ACTIONS, changeKeys, keys$, keysOf, rebind, resetKeys, type Action } from './keys';

const NAMES: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', ' ': 'Space' };

/** Lists the keys and lets each be changed, or all be turned off. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const settings = useStore(keys$);
  const [asking, setAsking] = useState<Action>();
  useEffect(() => dialog.current?.showModal(), []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (asking && !['Tab', 'Escape', 'Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) {
      event.preventDefault();
      changeKeys(rebind(settings, asking, event.key));
      setAsking(undefined);
    }
  };

  return (
    <dialog ref={dialog} class="card keys" aria-labelledby="keys-title" onClose={onClose} onKeyDown={onKeyDown}>
      <h2 id="keys-title">Keys</h2>
      <label class="inline">
        <input
          type="checkbox"
          checked={settings.on}
          onChange={(event) => changeKeys({ ...settings, on: event.currentTarget.checked })}
        />
        Single keys are on
      </label>
      <p class="muted">
        Digits choose windows. Mouse: left button the chosen tool, middle pans, right zooms, wheel scrolls.
      </p>
      <table>
        <tbody>
          {(Object.keys(ACTIONS) as Action[]).map((action) => (
            <tr key={action}>
              <th scope="row">{ACTIONS[action].words}</th>
              <td>
                {keysOf(action, settings).map((key) => (
                  <kbd key={key}>{NAMES[key] ?? key}</kbd>
                ))}
              </td>
              <td>
                <button
                  type="button"
                  aria-label={`Change the key for: ${ACTIONS[action].words}`}
                  aria-pressed={asking === action}
                  onClick={() => setAsking(action)}
                >
                  {asking === action ? 'Press a key…' : 'Change'}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="row">
        <button type="button" onClick={resetKeys}>
          Back to the usual keys
        </button>
        <span class="spacer" />
        <button type="button" class="primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
