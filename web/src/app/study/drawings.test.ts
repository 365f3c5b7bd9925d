import { describe, expect, it } from 'vitest';
import { emptyStudy, foldStudy } from '../../features/findings/studyState';
import type { LiveEvent } from '../../shared/live/event';
import type { Result } from '../../shared/results';
import { drawingsOf } from './drawings';

const image = { sop: '1.2.3' };
const mask = (id: string, of: string): Result => ({
  kind: 'mask',
  id,
  of,
  form: 'Heatmap',
  images: [image],
  rows: 2,
  columns: 2,
});
const finding = (id: string, presence: 'Present' | 'Absent', probability: number): Result => ({
  kind: 'finding',
  id,
  name: id,
  presence,
  probability,
});

function study(...results: Result[]) {
  return results
    .map((result, i) => {
      const bytes = result.kind === 'mask' ? { mask: { href: '/m', rows: 2, columns: 2, bytes: 4 } } : {};
      const data = { result, ...bytes };
      return {
        seq: i + 1,
        at: '',
        study: 's',
        type: 'result.published',
        product: 'p',
        runId: 'r',
        attempt: 1,
        data,
      } as LiveEvent;
    })
    .reduce(foldStudy, emptyStudy);
}
const none = { hidden: new Set<string>(), heat: undefined };

describe('drawings', () => {
  const state = study(
    finding('effusion', 'Present', 0.6),
    finding('cardiomegaly', 'Present', 0.9),
    finding('nodule', 'Absent', 0.1),
    mask('m1', 'effusion'),
    mask('m2', 'cardiomegaly'),
    mask('m3', 'nodule'),
    { kind: 'measurement', id: 'ctr', name: 'cardiothoracic_ratio', value: 0.56, unit: '1' },
    { kind: 'shape', id: 'heart', of: 'ctr', form: 'Line', image, points: [1, 2, 3, 2] },
  );

  it('Given findings with masks, present ones are outlined in their own colours and absent ones not drawn', () => {
    const { drawings, colors } = drawingsOf(state, none);
    expect(drawings.map((d) => d.id.split('/')[1])).toEqual(['m1', 'm2', 'heart']);
    expect(new Set(colors.values()).size).toBe(2);
    const first = drawings[0];
    expect(first.kind === 'mask' && [first.outline, first.colors]).toEqual([true, [colors.get('p/effusion')]]);
  });

  it('Given no choice, the heatmap is the likeliest finding; given one, it is that', () => {
    const heats = (choice = none as Parameters<typeof drawingsOf>[1]) =>
      drawingsOf(state, choice).drawings.flatMap((d) => (d.kind === 'mask' && d.heat ? [d.id.split('/')[1]] : []));
    expect(heats()).toEqual(['m2']);
    expect(heats({ ...none, heat: 'p/effusion' })).toEqual(['m1']);
  });

  it('Given the heatmap of an absent finding, it is shown without an outline', () => {
    const { drawings } = drawingsOf(state, { ...none, heat: 'p/nodule' });
    const nodule = drawings.find((d) => d.id.includes('m3'));
    expect(nodule).toMatchObject({ heat: true, outline: false });
  });

  it('Given a hidden finding, its outline goes and its heatmap may stay', () => {
    const { drawings } = drawingsOf(state, { ...none, hidden: new Set(['p/cardiomegaly']) });
    expect(drawings.find((d) => d.id.includes('m2'))).toMatchObject({ outline: false, heat: true });
  });

  it('Given a line of a measurement, its label names the value', () => {
    const line = drawingsOf(state, none).drawings.find((d) => d.kind === 'shape');
    expect(line).toMatchObject({ label: 'Cardiothoracic ratio 0.56', image: { sop: '1.2.3', frame: 0 } });
  });
});
