import { describe, expect, it } from 'vitest';
import { fieldsOf, settingsFrom } from './settings';

const schema = {
  type: 'object',
  properties: {
    heatmaps: { type: 'boolean', default: true },
    sensitivity: { type: 'number', minimum: 0, maximum: 1, title: 'Sensitivity' },
    slices: { type: ['integer', 'null'] },
    view: { enum: ['any', 'pa-only'], default: 'any' },
    thresholds: { type: 'object' },
  },
};

describe('a settings form', () => {
  it('Given a schema, each property has the field of its type, with its value or its default', () => {
    const fields = fieldsOf(schema, { sensitivity: 0.9, thresholds: { nodule: 0.4 } });
    expect(fields.map(({ kind }) => kind)).toEqual(['boolean', 'number', 'number', 'choice', 'json']);
    expect(fields[0].value).toBe(true);
    expect(fields[1]).toMatchObject({ label: 'Sensitivity', value: '0.9', min: 0, max: 1, whole: false });
    expect(fields[3]).toMatchObject({ value: 'any', choices: ['any', 'pa-only'] });
    expect(JSON.parse(fields[4].value as string)).toEqual({ nodule: 0.4 });
  });

  it('Given a filled form, values have their types and empty ones are left to the product', () => {
    const form = new Map([
      ['heatmaps', 'on'],
      ['sensitivity', '0.8'],
      ['slices', ''],
      ['view', 'pa-only'],
      ['thresholds', '{"nodule": 0.3}'],
    ]);
    expect(settingsFrom(fieldsOf(schema, {}), form)).toEqual({
      heatmaps: true,
      sensitivity: 0.8,
      view: 'pa-only',
      thresholds: { nodule: 0.3 },
    });
    expect(settingsFrom(fieldsOf(schema, {}), new Map())).toEqual({ heatmaps: false });
  });

  it('Given a text that is no value, the field is named', () => {
    const fields = fieldsOf(schema, {});
    expect(() => settingsFrom(fields, new Map([['slices', '1.5']]))).toThrow('slices: 1.5 is not a whole number.');
    expect(() => settingsFrom(fields, new Map([['thresholds', '{']]))).toThrow('thresholds is not valid JSON.');
  });
});
