import { useRef, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { KeysDialog } from './KeysDialog';
import { SeriesList } from './SeriesList';
import { Toolbar } from './Toolbar';
import type { Readout, Shown, ToolName } from './imaging/stage';
import type { Action } from './keys';
import { sameImage, type Drawing, type ImageKey } from './overlay/drawing';
import type { OverlayOptions } from './overlay/layer';
import { presetsOf, type Preset } from './presets';
import type { SeriesEntry } from './seriesList';
import { useKeys } from './useKeys';
import { useSeries } from './useSeries';
import { useStage } from './useStage';
import './viewer.css';

interface Props {
  study: string;
  /** Grows when images have arrived. */
  revision: number;
  drawings: Drawing[];
  overlay: OverlayOptions;
  onOverlay: (change: Partial<OverlayOptions>) => void;
  /** An image to show; a new object asks again. */
  target: { image: ImageKey } | undefined;
  onDocument: (entry: SeriesEntry) => void;
}

export function Viewer({ study, revision, drawings, overlay, onOverlay, target, onDocument }: Props) {
  const { go, worklistLink } = useWorkplace();
  const frame = useRef<HTMLDivElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const [message, setMessage] = useState('Loading…');
  const [tool, setTool] = useState<ToolName>('window');
  const [help, setHelp] = useState(false);
  const { stage, shown, readout } = useStage(frame, element, drawings, overlay, setMessage);
  const { series, open, openSeries, step } = useSeries(study, revision, stage, target, setMessage);

  const act = (action: Action) => {
    const index = stage?.shown()?.index ?? 0;
    const pick = (name: ToolName) => {
      stage?.setTool(name);
      setTool(name);
    };
    const actions: Record<Action, () => void> = {
      next: () => stage?.goTo(index + 1),
      previous: () => stage?.goTo(index - 1),
      forward: () => stage?.goTo(index + 10),
      back: () => stage?.goTo(index - 10),
      first: () => stage?.goTo(0),
      last: () => stage?.goTo(Number.MAX_SAFE_INTEGER),
      nextSeries: () => step(1),
      previousSeries: () => step(-1),
      heat: () => onOverlay({ on: true, heat: !(overlay.on && overlay.heat) }),
      outlines: () => onOverlay({ on: true, outlines: !(overlay.on && overlay.outlines) }),
      original: () => onOverlay({ on: !overlay.on }),
      invert: () => stage?.invert(),
      reset: () => stage?.reset(),
      zoomIn: () => stage?.zoomBy(1.25),
      zoomOut: () => stage?.zoomBy(0.8),
      brighter: () => stage?.adjustWindow(1, -0.05),
      darker: () => stage?.adjustWindow(1, 0.05),
      window: () => pick('window'),
      pan: () => pick('pan'),
      zoom: () => pick('zoom'),
      scroll: () => pick('scroll'),
      worklist: () => go(worklistLink),
      help: () => setHelp(true),
    };
    actions[action]();
  };

  const applyPreset = ({ window }: Preset) => {
    if (typeof window === 'object' && 'widthFactor' in window) {
      stage?.setWindow('as-sent');
      stage?.adjustWindow(window.widthFactor, 0);
    } else {
      stage?.setWindow(window);
    }
  };

  const presets = presetsOf(open?.modality ?? '');
  useKeys(presets, applyPreset, act);

  const drawn = drawings.filter((d) =>
    (d.kind === 'mask' ? d.images : [d.image]).some((i) => sameImage(i, shown?.image)),
  );
  const place = shown ? `image ${shown.index + 1} of ${shown.count}` : '';

  return (
    <div class="viewer">
      <SeriesList
        study={study}
        series={series}
        current={open?.uid}
        onOpen={(uid) => void openSeries(uid)}
        onDocument={onDocument}
      />
      <div class="stage-column">
        <Toolbar
          tool={tool}
          presets={presets}
          overlay={overlay}
          hasDrawings={drawn.length > 0}
          hasHeat={drawn.some((d) => d.kind === 'mask' && d.heat !== false)}
          onAction={act}
          onPreset={applyPreset}
          onOpacity={(opacity) => onOverlay({ opacity })}
        />
        {stage && !stage.gl && (
          <p class="no-gl" role="note">
            No WebGL in this browser: images are drawn more slowly by the processor; volume views are off.
          </p>
        )}
        {/* The imaging library swallows every key that its element gets, Tab too: none gets that far. */}
        <div
          ref={frame}
          id="viewport"
          class="viewport"
          tabIndex={0}
          role="img"
          aria-label={open ? `${open.modality} ${open.description}, ${place}` : 'Image'}
          onContextMenu={(event) => event.preventDefault()}
          onKeyDownCapture={(event) => event.stopPropagation()}
        >
          <div ref={element} class="stage" />
        </div>
        <Foot shown={shown} readout={readout} original={!overlay.on} message={message} />
      </div>
      {help && <KeysDialog onClose={() => setHelp(false)} />}
    </div>
  );
}

interface FootProps {
  shown: Shown | undefined;
  readout: Readout | undefined;
  original: boolean;
  message: string;
}

function Foot({ shown, readout, original, message }: FootProps) {
  return (
    <div class="stage-foot">
      <span data-readout="place">{shown && `Image ${shown.index + 1}/${shown.count}`}</span>
      <span data-readout="window">{readout && `W ${Math.round(readout.width)} L ${Math.round(readout.center)}`}</span>
      <span data-readout="zoom">{readout && `Zoom ${readout.zoom.toFixed(2)}`}</span>
      <span>{readout?.inverted && 'Inverted'}</span>
      <span>{original && 'Original image: drawings are off'}</span>
      <span class="spacer" />
      <span role="status" class="muted">
        {message}
      </span>
    </div>
  );
}
