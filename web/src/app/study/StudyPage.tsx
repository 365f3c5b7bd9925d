import { useEffect, useMemo, useState } from 'preact/hooks';
import { DocumentDialog } from '../../features/documents/DocumentDialog';
import { FindingsPanel } from '../../features/findings/FindingsPanel';
import { emptyStudy, findingsOf, foldStudy, productRuns, type StudyState } from '../../features/findings/studyState';
import { ReportsPanel } from '../../features/reports/ReportsPanel';
import type { SeriesEntry } from '../../features/viewer/seriesList';
import { Viewer } from '../../features/viewer/Viewer';
import type { ImageKey } from '../../features/viewer/overlay/drawing';
import type { OverlayOptions } from '../../features/viewer/overlay/layer';
import { useWorkplace } from '../../shared/context';
import { text, values, type Dataset } from '../../shared/dicomweb/dicomJson';
import { dicomDate, dicomTime, personName, plural, words } from '../../shared/format';
import { messageOf } from '../../shared/http';
import type { LiveEvent } from '../../shared/live/event';
import { fetchProducts, type Product } from '../../shared/products';
import { announce } from '../../shared/ui/announce';
import { drawingsOf } from './drawings';
import './study.css';

/**
 * Outlines are on: misled by a wrong result, readers missed 33 % without a box and 21 % with one (PMC10235827). The
 * heatmap is off: it covers the image that has to be judged.
 */
const OUTLINES_ONLY: OverlayOptions = { on: true, outlines: true, heat: false, opacity: 0.6 };

const TABS = ['findings', 'reports'] as const;
type Tab = (typeof TABS)[number];
const TAB_WORDS: Record<Tab, string> = { findings: 'AI', reports: 'Reports' };

export function StudyPage({ study }: { study: string }) {
  const { site } = useWorkplace();
  const state = useStudy(study);
  const { dataset, error } = useStudyDataset(study, state.instances);
  const [products, setProducts] = useState<Product[]>([]);
  const [tab, setTab] = useState<Tab>('findings');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [heatChoice, setHeatChoice] = useState<string>();
  const [overlay, setOverlay] = useState(OUTLINES_ONLY);
  const [report, setReport] = useState<SeriesEntry>();
  const [target, setTarget] = useState<{ image: ImageKey }>();

  useEffect(() => {
    fetchProducts(site).then(setProducts, () => setProducts([]));
  }, [site]);

  const { drawings, colors, heat } = useMemo(
    () => drawingsOf(state, { hidden, heat: heatChoice }),
    [state.runs, hidden, heatChoice],
  );
  const changeOverlay = (change: Partial<OverlayOptions>) => setOverlay((before) => ({ ...before, ...change }));
  const showHeat = (key: string) => {
    const on = overlay.on && overlay.heat && heat === key;
    setHeatChoice(key);
    changeOverlay({ on: true, heat: !on });
  };
  const toggle = (key: string) =>
    setHidden((before) =>
      before.has(key) ? new Set([...before].filter((k) => k !== key)) : new Set([...before, key]),
    );
  const fromText = productRuns(state).flatMap(({ shown }) =>
    shown ? findingsOf(shown).flatMap(({ finding }) => (finding.text ? [finding] : [])) : [],
  );

  const onTabKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const other = TABS[(TABS.indexOf(tab) + 1) % TABS.length];
      setTab(other);
      document.getElementById(`tab-${other}`)?.focus();
    }
  };

  return (
    <main id="main" class="study" tabIndex={-1}>
      <StudyHead dataset={dataset} error={error} state={state} />
      <Viewer
        study={study}
        revision={state.instances}
        drawings={drawings}
        overlay={overlay}
        onOverlay={changeOverlay}
        target={target}
        onDocument={setReport}
      />
      <aside class="side" aria-label="AI results and reports">
        <div role="tablist" aria-label="Results" class="tabs" onKeyDown={onTabKey}>
          {TABS.map((name) => (
            <button
              key={name}
              id={`tab-${name}`}
              type="button"
              role="tab"
              aria-selected={tab === name}
              aria-controls="tab-panel"
              tabIndex={tab === name ? 0 : -1}
              onClick={() => setTab(name)}
            >
              {TAB_WORDS[name]}
            </button>
          ))}
        </div>
        <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`} class="tab-panel" tabIndex={0}>
          {tab === 'findings' ? (
            <FindingsPanel
              study={study}
              state={state}
              products={products}
              colors={colors}
              hidden={hidden}
              onToggle={toggle}
              heat={overlay.on && overlay.heat ? heat : undefined}
              onHeat={showHeat}
              onJump={({ sop, frame }) => setTarget({ image: { sop, frame: frame ?? 0 } })}
            />
          ) : (
            <ReportsPanel
              study={study}
              modality={dataset && modalityOf(dataset)}
              revision={state.reportsAdded}
              findings={fromText}
            />
          )}
        </div>
      </aside>
      {report && (
        <DocumentDialog
          study={study}
          series={report.uid}
          title={report.description || 'Structured report'}
          onClose={() => setReport(undefined)}
        />
      )}
    </main>
  );
}

/** The study's state, kept up to date by its events from the first one on. */
function useStudy(study: string): StudyState {
  const { live, site } = useWorkplace();
  const [state, setState] = useState(emptyStudy);
  useEffect(() => {
    let current = emptyStudy;
    let drawing = 0;
    const openedAt = Date.now();
    const stop = live.watch(site, study, 0, (event) => {
      current = foldStudy(current, event);
      // The log comes in one go: one drawing a frame is enough.
      drawing ||= requestAnimationFrame(() => {
        drawing = 0;
        setState(current);
      });
      if (Date.parse(event.at) > openedAt) {
        say(event);
      }
    });
    return () => {
      stop();
      cancelAnimationFrame(drawing);
    };
  }, [study, live, site]);
  return state;
}

/** What happens while the study is open is said; its past is not. */
function say(event: LiveEvent): void {
  const name = words(event.product ?? '');
  if (event.type === 'run.started') {
    announce(`${name} started.`);
  } else if (event.type === 'run.finished') {
    announce(`${name} ${event.data.status === 'refused' ? 'is not suitable for this study' : 'finished'}.`);
  } else if (event.type === 'run.failed' && !event.data.willRetry) {
    announce(`${name} failed. ${event.data.reason ?? ''}`);
  } else if (event.type === 'result.published' && event.data.result.kind === 'finding') {
    const finding = event.data.result;
    if (finding.presence === 'Present') {
      announce(`${name}: ${words(finding.name)} present.`);
    }
  }
}

/** The modality of what was reported: that of the images, not of documents or of our own results. */
const modalityOf = (dataset: Dataset) =>
  values(dataset, '00080061').find((modality) => !['SR', 'SEG', 'PR', 'KO', 'DOC', 'OT'].includes(modality));

/** The study's own data; asked for again while images arrive, until it is there. */
function useStudyDataset(study: string, instances: number): { dataset: Dataset | undefined; error: string } {
  const { dicomWeb } = useWorkplace();
  const [dataset, setDataset] = useState<Dataset>();
  const [error, setError] = useState('');
  const known = dataset !== undefined;
  useEffect(() => {
    if (!known) {
      dicomWeb.study(study).then(
        (found) => {
          setDataset(found);
          setError(found ? '' : 'This study is not here (yet).');
        },
        (failure) => setError(messageOf(failure)),
      );
    }
  }, [study, dicomWeb, instances, known]);
  return { dataset, error };
}

interface HeadProps {
  dataset: Dataset | undefined;
  error: string;
  state: StudyState;
}

function StudyHead({ dataset, error, state }: HeadProps) {
  const parts = dataset
    ? [
        text(dataset, '00100020'),
        text(dataset, '00100040'),
        [dicomDate(text(dataset, '00080020')), dicomTime(text(dataset, '00080030'))].join(' '),
        text(dataset, '00081030'),
        text(dataset, '00080050'),
      ].filter((part) => part.trim())
    : [];
  return (
    <div class="study-head">
      <h1>{dataset ? personName(text(dataset, '00100010')) : 'Study'}</h1>
      <span class="muted">{parts.join(' · ')}</span>
      <span class="spacer" />
      {state.instances > 0 && (
        <small>
          {plural(state.instances, 'object')}
          {state.settled ? '' : ', arriving'}
        </small>
      )}
      {error && (
        <span role="alert" class="error">
          {error}
        </span>
      )}
    </div>
  );
}
