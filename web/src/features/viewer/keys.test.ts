import { describe, expect, it } from 'vitest';
import { ACTIONS, actionOf, keysOf, rebind, type Action, type KeySettings } from './keys';
import { presetsOf } from './presets';

const fresh: KeySettings = { on: true, changed: {} };

describe('keys', () => {
  it('Given the default keys, no key means two things and none is a digit', () => {
    const all = Object.values(ACTIONS).flatMap(({ keys }) => keys as readonly string[]);
    expect(new Set(all).size).toBe(all.length);
    expect(all.some((key) => /^\d$/.test(key))).toBe(false);
  });

  it('Given a letter in either case, it means the same', () => {
    expect(actionOf('h', fresh)).toBe('heat');
    expect(actionOf('H', fresh)).toBe('heat');
    expect(actionOf('PageDown', fresh)).toBe('forward');
    expect(actionOf('k', fresh)).toBeUndefined();
  });

  it('Given an action moved to a key in use, the key means the new action only', () => {
    const moved = rebind(fresh, 'invert', 'h');
    expect(actionOf('h', moved)).toBe('invert');
    expect(actionOf('i', moved)).toBeUndefined();
    expect(keysOf('heat' as Action, moved)).toEqual([]);
  });

  it('Given presets, each modality has distinct digits and head CT the brain window', () => {
    for (const modality of ['CT', 'DX']) {
      const keys = presetsOf(modality).map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }
    expect(presetsOf('CT').find(({ name }) => name === 'Brain')!.window).toEqual({ center: 40, width: 80 });
  });
});
