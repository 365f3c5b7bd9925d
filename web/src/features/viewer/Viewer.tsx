import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { messageOf } from '../../shared/http';
import { useStore } from '../../shared/store';
import { KeysDialog } from './KeysDialog';
import { SeriesList } from './SeriesList';
import { Toolbar } from './Toolbar';
import { createStage, type OpenSeries, type Readout, type Shown, type Stage, type ToolName } from './imaging/stage';
import { actionOf, belongsElsewhere, keys$, type Action } from './keys';
import { sameImage, type Drawing, type ImageKey } from './overlay/drawing';
import { OverlayLayer, type OverlayOptions } from './overlay/layer';
import { presetsOf, type Preset } from './presets';
import { seriesEntries, type SeriesEntry } from './seriesList';
import './viewer.css';

interface Props {
  study: string;
  /** Grows when images have arrived. */
  revision: number;
  drawings: Drawing[];
  /** An image to show; a new object asks again. */
  target: { image: ImageKey } | undefined;
  onDocument: (entry: SeriesEntry) => void;
}

/** A study that arrives image by image is listed this often, not once an image. */
const LIST_EVERY_MS = 700;

export function Viewer({ study, revision, drawings, target, onDocument }: Props) {
  const { dicomWeb, go, worklistLink } = useWorkplace();
  const frame = useRef<HTMLDivElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage>();
  const [layer, setLayer] = useState<OverlayLayer>();
  const [series, setSeries] = useState<SeriesEntry[]>([]);
  const [open, setOpen] = useState<OpenSeries>();
  const [message, setMessage] = useState('Loading…');
  const [shown, setShown] = useState<Shown>();
  const [readout, setReadout] = useState<Readout>();
  const [tool, setTool] = useState<ToolName>('window');
  const [help, setHelp] = useState(false);
  const [overlay, setOverlay] = useState<OverlayOptions>({ on: true, outlines: true, heat: false, opacity: 0.6 });
  const keySettings = useStore(keys$);
  const opening = useRef(0);
  /** The series that is open or on its way. */
  const wanted = useRef<string | undefined>(undefined);

  // The stage and what is drawn over it live as long as the element.
  useEffect(() => {
    let gone = false;
    let made: Stage | undefined;
    let over: OverlayLayer | undefined;
    createStage(element.current!, 'main').then(
      (created) => {
        if (gone) {
          created.dispose();
          return;
        }
        made = created;
        over = new OverlayLayer(frame.current!, created);
        created.onDrawn(() => {
          setShown(created.shown());
          setReadout(created.readout());
        });
        created.onError(setMessage);
        setStage(created);
        setLayer(over);
      },
      (error) => setMessage(`The image display could not be started: ${messageOf(error)}`),
    );
    return () => {
      gone = true;
      over?.dispose();
      made?.dispose();
    };
  }, []);

  useEffect(() => layer?.update(drawings, overlay), [layer, drawings, overlay]);

  const openSeries = useCallback(
    async (uid: string, image?: ImageKey) => {
      if (!stage) {
        return;
      }
      const mine = ++opening.current;
      wanted.current = uid;
      setMessage('Loading images…');
      try {
        const opened = await stage.openSeries(dicomWeb, study, uid);
        if (mine !== opening.current) {
          return;
        }
        const at = opened.frames.findIndex((frame) => sameImage(frame, image));
        // Radiographs begin at the first image, stacks in the middle, where there is something to see.
        const start = at >= 0 ? at : opened.frames.length > 8 ? opened.frames.length >> 1 : 0;
        await stage.show(opened, start);
        if (mine === opening.current) {
          setOpen(opened);
          setMessage('');
        }
      } catch (error) {
        if (mine === opening.current) {
          setMessage(`This series cannot be shown. ${messageOf(error)}`);
        }
      }
    },
    [stage, study, dicomWeb],
  );

  // The list of series, again whenever images have arrived.
  const listedAt = useRef(-LIST_EVERY_MS);
  useEffect(() => {
    let gone = false;
    const wait = Math.max(0, listedAt.current + LIST_EVERY_MS - performance.now());
    const timer = setTimeout(() => {
      listedAt.current = performance.now();
      dicomWeb.series(study).then(
        (found) => !gone && setSeries(seriesEntries(found)),
        (error) => !gone && setMessage(messageOf(error)),
      );
    }, wait);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [study, revision, dicomWeb]);

  useEffect(() => {
    if (!stage || series.length === 0) {
      return;
    }
    const current = open && series.find(({ uid }) => uid === open.uid);
    const images = new Set(open?.frames.map(({ sop }) => sop)).size;
    if (current && current.instances !== undefined && current.instances > images) {
      void openSeries(current.uid, stage.shown()?.image);
    } else if (!series.some(({ uid }) => uid === wanted.current)) {
      const first = series.find(({ image }) => image);
      if (first) {
        void openSeries(first.uid);
      } else {
        setMessage('No images in this study yet.');
      }
    }
  }, [stage, series]);

  // Jumps within the series that is open, or to the one that has the image.
  useEffect(() => {
    if (!target || !stage) {
      return;
    }
    const at = open?.frames.findIndex((frame) => sameImage(frame, target.image)) ?? -1;
    if (at >= 0) {
      stage.goTo(at);
      return;
    }
    void dicomWeb.seriesOf(study, target.image.sop).then((uid) => (uid ? openSeries(uid, target.image) : undefined));
  }, [target, stage]);

  const act = useCallback(
    (action: Action) => {
      const index = stage?.shown()?.index ?? 0;
      const step = (by: number) => {
        const images = series.filter(({ image }) => image);
        const at = images.findIndex(({ uid }) => uid === open?.uid);
        const next = images[at + by];
        if (next) {
          void openSeries(next.uid);
        }
      };
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
        heat: () => setOverlay((o) => ({ ...o, on: true, heat: !(o.on && o.heat) })),
        outlines: () => setOverlay((o) => ({ ...o, on: true, outlines: !(o.on && o.outlines) })),
        original: () => setOverlay((o) => ({ ...o, on: !o.on })),
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
    },
    [stage, series, open, openSeries],
  );

  const presets = presetsOf(open?.modality ?? '');
  const applyPreset = useCallback(
    ({ window }: Preset) => {
      if (typeof window === 'object' && 'widthFactor' in window) {
        stage?.setWindow('as-sent');
        stage?.adjustWindow(window.widthFactor, 0);
      } else {
        stage?.setWindow(window);
      }
    },
    [stage],
  );

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      if (event.defaultPrevented || modified || !keySettings.on || belongsElsewhere(event)) {
        return;
      }
      const preset = presets.find(({ key }) => key === event.key);
      const action = preset ? undefined : actionOf(event.key, keySettings);
      if (preset) {
        applyPreset(preset);
      } else if (action) {
        act(action);
      } else {
        return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [act, applyPreset, presets, keySettings]);

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
          onOpacity={(opacity) => setOverlay((o) => ({ ...o, opacity }))}
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
        <div class="stage-foot">
          <span data-readout="place">{shown && `Image ${shown.index + 1}/${shown.count}`}</span>
          <span data-readout="window">
            {readout && `W ${Math.round(readout.width)} L ${Math.round(readout.center)}`}
          </span>
          <span data-readout="zoom">{readout && `Zoom ${readout.zoom.toFixed(2)}`}</span>
          <span>{readout?.inverted && 'Inverted'}</span>
          <span>{!overlay.on && 'Original image: drawings are off'}</span>
          <span class="spacer" />
          <span role="status" class={message ? 'muted' : ''}>
            {message}
          </span>
        </div>
      </div>
      {help && <KeysDialog onClose={() => setHelp(false)} />}
    </div>
  );
}
