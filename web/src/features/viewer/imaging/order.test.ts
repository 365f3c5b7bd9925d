import { describe, expect, it } from 'vitest';
import { text, type Dataset } from '../../../shared/dicomweb/dicomJson';
import { inOrder } from './order';

const AXIAL = [1, 0, 0, 0, 1, 0];
const slice = (sop: string, instance: number | undefined, z?: number, orientation = AXIAL): Dataset => ({
  '00080018': { vr: 'UI', Value: [sop] },
  ...(instance !== undefined && { '00200013': { vr: 'IS', Value: [instance] } }),
  ...(z !== undefined && {
    '00200032': { vr: 'DS', Value: [0, 0, z] },
    '00200037': { vr: 'DS', Value: orientation },
  }),
});
const sops = (datasets: Dataset[]) => inOrder(datasets).map((dataset) => text(dataset, '00080018'));

describe('the order of images', () => {
  it('Given axial slices numbered from the feet, they are scrolled from the head', () => {
    expect(sops([slice('feet', 1, -100), slice('head', 3, 100), slice('middle', 2, 0)])).toEqual([
      'head',
      'middle',
      'feet',
    ]);
  });

  it('Given images without a place, or all at one place, their numbers decide', () => {
    expect(sops([slice('b', 2), slice('a', 1), slice('c', 10)])).toEqual(['a', 'b', 'c']);
    expect(sops([slice('b', 2, 5), slice('a', 1, 5)])).toEqual(['a', 'b']);
  });

  it('Given a scout among slices without a place, the order is by number and nothing is lost', () => {
    expect(sops([slice('two', 2, 10), slice('scout', 1), slice('three', 3, 20)])).toEqual(['scout', 'two', 'three']);
  });

  it('Given no numbers at all, the order is stable by instance UID', () => {
    expect(sops([slice('1.2.9', undefined), slice('1.2.10', undefined)])).toEqual(['1.2.10', '1.2.9']);
  });
});
