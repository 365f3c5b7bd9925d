import { describe, expect, it } from 'vitest';
import { pieces } from './spans';

describe('spans of a report', () => {
  const text = 'Small left effusion. No pneumothorax.';

  it('Given spans, the pieces give the text back and carry what was said of them', () => {
    const cut = pieces(text, [
      { start: 6, length: 13, value: 'effusion' },
      { start: 24, length: 12, value: 'pneumothorax' },
    ]);
    expect(cut.map((piece) => piece.text).join('')).toBe(text);
    expect(cut.filter((piece) => piece.values.length).map((piece) => [piece.text, piece.values])).toEqual([
      ['left effusion', ['effusion']],
      ['pneumothorax', ['pneumothorax']],
    ]);
  });

  it('Given spans that overlap, the common part belongs to both', () => {
    const cut = pieces('abcdef', [
      { start: 0, length: 4, value: 1 },
      { start: 2, length: 4, value: 2 },
    ]);
    expect(cut.map((piece) => [piece.text, piece.values])).toEqual([
      ['ab', [1]],
      ['cd', [1, 2]],
      ['ef', [2]],
    ]);
  });

  it('Given spans beyond the text or empty ones, they are left out and no text is lost', () => {
    const cut = pieces('abc', [
      { start: -1, length: 2, value: 1 },
      { start: 2, length: 9, value: 2 },
      { start: 1, length: 0, value: 3 },
      { start: 7, length: 2, value: 4 },
    ]);
    expect(cut.map((piece) => [piece.text, piece.values])).toEqual([
      ['ab', []],
      ['c', [2]],
    ]);
    expect(pieces('', [{ start: 0, length: 1, value: 1 }])).toEqual([]);
  });
});
