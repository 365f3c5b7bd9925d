import {
  decisionKey,
  findingsOf,
  productRuns,
  type Published,
  type Run,
  type StudyState,
} from '../../features/findings/studyState';
import { OKABE_ITO } from '../../features/viewer/overlay/colormap';
import type { Drawing, ImageKey } from '../../features/viewer/overlay/drawing';
import { measured, words } from '../../shared/format';
import { request } from '../../shared/http';
import type { ImageRef, MaskBytes } from '../../shared/results';

export interface Choice {
  /** Results whose outlines the reader turned off. */
  hidden: ReadonlySet<string>;
  /** The finding whose heatmap is shown; without one, the likeliest that has one. */
  heat: string | undefined;
}

export interface Drawn {
  drawings: Drawing[];
  /** Colours by product/result id: the same in the list and over the image. */
  colors: ReadonlyMap<string, string>;
  /** The finding whose heatmap is shown. */
  heat: string | undefined;
}

const MEASURE_COLOR = '#ffffff';
const keyOf = (image: ImageRef): ImageKey => ({ sop: image.sop, frame: image.frame ?? 0 });

/**
 * What is drawn of a study's results. Outlines of what is present, and lines of measurements, are on unless turned off;
 * a heatmap is of one finding at a time, since two on one image cannot be told apart.
 */
export function drawingsOf(state: StudyState, choice: Choice): Drawn {
  const colors = new Map<string, string>();
  const drawings: Drawing[] = [];
  let heat = choice.heat;
  const shown = productRuns(state).flatMap(({ shown }) => (shown ? [shown] : []));

  for (const run of shown) {
    const masked = findingsWith(run, 'mask');
    const shaped = findingsWith(run, 'shape');
    for (const { finding } of findingsOf(run)) {
      const key = decisionKey(run.product, finding.id);
      const drawn = masked.has(finding.id) || shaped.has(finding.id);
      if (drawn && (finding.presence === 'Present' || choice.heat === key)) {
        colors.set(key, OKABE_ITO[colors.size % OKABE_ITO.length]);
        if (finding.presence === 'Present' && masked.has(finding.id)) {
          heat ??= key;
        }
      }
    }
  }
  for (const run of shown) {
    for (const published of run.results.values()) {
      const drawing = drawingOf(run, published, colors, choice.hidden, heat);
      if (drawing) {
        drawings.push(drawing);
      }
    }
  }
  return { drawings, colors, heat };
}

/** The ids that drawings of a kind belong to. */
function findingsWith(run: Run, kind: 'mask' | 'shape'): ReadonlySet<string | undefined> {
  return new Set([...run.results.values()].flatMap(({ result }) => (result.kind === kind ? [result.of] : [])));
}

function drawingOf(
  run: Run,
  { result, mask, seq }: Published,
  colors: ReadonlyMap<string, string>,
  hidden: ReadonlySet<string>,
  heat: string | undefined,
): Drawing | undefined {
  if (result.kind !== 'shape' && result.kind !== 'mask') {
    return undefined;
  }
  const owner = result.of ? run.results.get(result.of)?.result : undefined;
  const key = decisionKey(run.product, owner?.id ?? result.id);
  const color = colors.get(key);
  if (owner?.kind === 'finding' && !color) {
    return undefined; // Of a finding that is not there: nothing to point at.
  }
  const id = `${run.runId}/${result.id}/${seq}`;
  const name = owner?.kind === 'finding' ? words(owner.name) : '';
  if (result.kind === 'shape') {
    if (hidden.has(key)) {
      return undefined;
    }
    const value = owner?.kind === 'measurement' ? `${words(owner.name)} ${measured(owner.value, owner.unit)}` : '';
    const { form, points, image } = result;
    const label = result.label ?? (value || name);
    return { kind: 'shape', id, image: keyOf(image), form, points, label, color: color ?? MEASURE_COLOR };
  }
  if (!mask) {
    return undefined;
  }
  const present = owner?.kind !== 'finding' || owner.presence === 'Present';
  return {
    kind: 'mask',
    id,
    form: result.form,
    images: result.images.map(keyOf),
    rows: result.rows,
    columns: result.columns,
    labels:
      result.form === 'Heatmap' ? [name || words(result.segments?.[0] ?? '')] : (result.segments ?? []).map(words),
    colors: color && result.form === 'Heatmap' ? [color] : OKABE_ITO,
    outline: present && !hidden.has(key),
    heat: result.form === 'Labelmap' || key === heat,
    load: () => loadMask(mask),
  };
}

async function loadMask(mask: MaskBytes): Promise<Uint8Array> {
  const response = await request(mask.href);
  return new Uint8Array(await response.arrayBuffer());
}
