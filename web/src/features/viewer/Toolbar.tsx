import type { ComponentChildren } from 'preact';
import type { ToolName } from './imaging/stage';
import { keys$, keysOf, type Action } from './keys';
import type { OverlayOptions } from './overlay/layer';
import type { Preset } from './presets';
import { useStore } from '../../shared/store';

interface Props {
  tool: ToolName;
  presets: Preset[];
  overlay: OverlayOptions;
  hasDrawings: boolean;
  hasHeat: boolean;
  onAction: (action: Action) => void;
  onPreset: (preset: Preset) => void;
  onOpacity: (opacity: number) => void;
}

const TOOLS: { tool: ToolName; label: string }[] = [
  { tool: 'window', label: 'Window' },
  { tool: 'pan', label: 'Pan' },
  { tool: 'zoom', label: 'Zoom' },
  { tool: 'scroll', label: 'Scroll' },
];

export function Toolbar({ tool, presets, overlay, hasDrawings, hasHeat, onAction, onPreset, onOpacity }: Props) {
  const settings = useStore(keys$);
  const button = (
    action: Action,
    label: string,
    rest: { pressed?: boolean; disabled?: boolean; name?: string } = {},
  ) => {
    const [key] = settings.on ? keysOf(action, settings) : [];
    return (
      <button
        type="button"
        data-action={action}
        aria-pressed={rest.pressed}
        aria-label={rest.name}
        aria-keyshortcuts={key}
        title={key ? `${rest.name ?? label} (${key})` : (rest.name ?? label)}
        disabled={rest.disabled}
        onClick={() => onAction(action)}
      >
        {label}
      </button>
    );
  };

  return (
    <div class="toolbar" role="toolbar" aria-label="Image tools">
      <Group label="Tool of the left mouse button">
        {TOOLS.map(({ tool: name, label }) => button(name, label, { pressed: tool === name }))}
      </Group>
      <Group label="Windows">
        {presets.map((preset) => (
          <button
            key={preset.key}
            type="button"
            title={`${preset.name} (${preset.key})`}
            onClick={() => onPreset(preset)}
          >
            <kbd>{preset.key}</kbd> {preset.name}
          </button>
        ))}
        {button('darker', '◐−', { name: 'Darker' })}
        {button('brighter', '◐+', { name: 'Brighter' })}
      </Group>
      <Group label="View">
        {button('zoomOut', '−', { name: 'Zoom out' })}
        {button('zoomIn', '+', { name: 'Zoom in' })}
        {button('invert', 'Invert')}
        {button('reset', 'Reset')}
      </Group>
      <Group label="AI drawings">
        {button('outlines', 'Outlines', {
          pressed: hasDrawings && overlay.on && overlay.outlines,
          disabled: !hasDrawings,
        })}
        {button('heat', 'Heatmap', { pressed: hasHeat && overlay.on && overlay.heat, disabled: !hasHeat })}
        {overlay.on && overlay.heat && hasHeat && (
          <label class="inline opacity">
            <span class="unseen">Heatmap opacity</span>
            <input
              type="range"
              min={10}
              max={100}
              step={5}
              value={Math.round(overlay.opacity * 100)}
              aria-valuetext={`${Math.round(overlay.opacity * 100)} percent`}
              onInput={(event) => onOpacity(Number(event.currentTarget.value) / 100)}
            />
          </label>
        )}
        {button('original', 'Original', {
          pressed: !overlay.on,
          disabled: !hasDrawings,
          name: 'Original image, without drawings',
        })}
      </Group>
      {button('help', 'Keys')}
    </div>
  );
}

function Group({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="group" role="group" aria-label={label}>
      {children}
    </div>
  );
}
