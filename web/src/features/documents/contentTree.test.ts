import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../shared/dicomweb/dicomJson';
import { contentTree } from './contentTree';

const code = (meaning: string, value = 'x') => ({
  vr: 'SQ',
  Value: [{ '00080104': { vr: 'LO', Value: [meaning] }, '00080100': { vr: 'SH', Value: [value] } }],
});
const item = (type: string, name: string, rest: Dataset = {}, ...children: Dataset[]): Dataset => ({
  '0040A040': { vr: 'CS', Value: [type] },
  '0040A043': code(name),
  ...(children.length > 0 && { '0040A730': { vr: 'SQ', Value: children } }),
  ...rest,
});

describe('the content of a structured report', () => {
  it('Given items of each kind, names and values are as a person reads them', () => {
    const tree = contentTree(
      item(
        'CONTAINER',
        'Imaging Measurement Report',
        {},
        item('CODE', 'Finding', { '0040A168': code('Pleural effusion') }),
        item('TEXT', 'Comment', { '0040A160': { vr: 'UT', Value: ['Small'] } }),
        item('NUM', 'Diameter', {
          '0040A300': {
            vr: 'SQ',
            Value: [{ '0040A30A': { vr: 'DS', Value: [12.5] }, '004008EA': code('millimeter', 'mm') }],
          },
        }),
        item('NUM', 'Probability', {
          '0040A300': {
            vr: 'SQ',
            Value: [{ '0040A30A': { vr: 'DS', Value: [0.8] }, '004008EA': code('no units', '1') }],
          },
        }),
        item('PNAME', 'Observer', { '0040A123': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] } }),
        item('NUM', 'Not measured'),
      ),
    );
    expect(tree.name).toBe('Imaging Measurement Report');
    expect(tree.children.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'Finding: Pleural effusion',
      'Comment: Small',
      'Diameter: 12.5 mm',
      'Probability: 0.8',
      'Observer: Doe Jane',
      'Not measured: no value',
    ]);
  });

  it('Given a report that nests without end, it is cut and not followed', () => {
    let nested = item('CONTAINER', 'deepest');
    for (let i = 0; i < 500; i++) {
      nested = item('CONTAINER', `level ${i}`, {}, nested);
    }
    let depth = 0;
    for (let at = contentTree(nested); at.children[0]; at = at.children[0]) {
      depth++;
    }
    expect(depth).toBe(24);
  });

  it('Given a dataset without content, the tree is empty', () => {
    expect(contentTree({})).toEqual({ name: '', value: '', children: [] });
  });
});
