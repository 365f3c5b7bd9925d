import { describe, expect, it } from 'vitest';
import { ageAt, dicomDate, dicomTime, elapsed, measured, personName, probability, words } from './format';

describe('formats', () => {
  it('Given a DICOM person name, family name comes first and empty components vanish', () => {
    expect(personName('Fakenham^Farid')).toBe('Fakenham, Farid');
    expect(personName('Adams^John Robert Quincy^^Rev.^B.A. M.Div.')).toBe('Adams, Rev. John Robert Quincy B.A. M.Div.');
    expect(personName('=山田^太郎')).toBe('山田, 太郎');
    expect(personName('^^^^')).toBe('No name');
    expect(personName(null)).toBe('No name');
  });

  it('Given DICOM dates and times, they are shown as ISO; what is not one stays as it came', () => {
    expect(dicomDate('20240130')).toBe('2024-01-30');
    expect(dicomDate('2024-01-30')).toBe('2024-01-30');
    expect(dicomDate('unknown')).toBe('unknown');
    expect(dicomTime('174700.000')).toBe('17:47');
    expect(dicomTime('')).toBe('');
  });

  it('Given a birth date, the age counts whole years on the study date', () => {
    expect(ageAt('19800615', '20240614')).toBe(43);
    expect(ageAt('19800615', '20240615')).toBe(44);
    expect(ageAt('', '20240615')).toBeUndefined();
    expect(ageAt('20250101', '20240615')).toBeUndefined();
  });

  it('Given a waiting time, the largest two units are shown', () => {
    expect(elapsed(59_000)).toBe('now');
    expect(elapsed(12 * 60_000)).toBe('12 min');
    expect(elapsed(185 * 60_000)).toBe('3 h 05');
    expect(elapsed(49 * 3_600_000)).toBe('2 d');
    expect(elapsed(-5)).toBe('now');
  });

  it('Given a probability, certainty is never claimed', () => {
    expect(probability(0.814)).toBe('81 %');
    expect(probability(0.001)).toBe('<1 %');
    expect(probability(0.999)).toBe('>99 %');
    expect(probability(undefined)).toBe('');
  });

  it('Given a vocabulary name or a measurement, it is written for people', () => {
    expect(words('pleural_effusion')).toBe('Pleural effusion');
    expect(words('chest-xray')).toBe('Chest xray');
    expect(measured(0.5432, '1')).toBe('0.54');
    expect(measured(12.345, 'mm')).toBe('12.3 mm');
    expect(measured(7, 'deg')).toBe('7.00°');
  });
});
