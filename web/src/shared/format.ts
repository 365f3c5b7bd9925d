/** Values as people read them. Everything here is pure. */

/** `Doe^Jane^^Dr` as `Doe, Jane` (PS3.5 §6.2.1: family, given, middle, prefix, suffix). */
export function personName(name: string | null | undefined): string {
  const alphabetic = (name ?? '').split('=').find((group) => group.trim()) ?? '';
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = alphabetic.split('^').map((p) => p.trim());
  const rest = [prefix, given, middle, suffix].filter(Boolean).join(' ');
  return [family, rest].filter(Boolean).join(', ') || 'No name';
}

/** `20240131` as `2024-01-31`; anything else as it came. */
export function dicomDate(date: string | null | undefined): string {
  const match = /^(\d{4})[-.]?(\d{2})[-.]?(\d{2})$/.exec(date?.trim() ?? '');
  return match ? `${match[1]}-${match[2]}-${match[3]}` : (date ?? '');
}

/** `174702.123` as `17:47`. */
export function dicomTime(time: string | null | undefined): string {
  const match = /^(\d{2}):?(\d{2})/.exec(time?.trim() ?? '');
  return match ? `${match[1]}:${match[2]}` : '';
}

/** Whole years at a date, or undefined where either date is missing. */
export function ageAt(birth: string | null | undefined, at: string | null | undefined): number | undefined {
  const [b, a] = [dicomDate(birth), dicomDate(at)];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(b) || !/^\d{4}-\d{2}-\d{2}$/.test(a) || a < b) {
    return undefined;
  }
  const years = Number(a.slice(0, 4)) - Number(b.slice(0, 4));
  return a.slice(5) < b.slice(5) ? years - 1 : years;
}

/** Time passed: `now`, `12 min`, `3 h 05`, `2 d`. */
export function elapsed(ms: number): string {
  const minutes = Math.floor(ms / 60000);
  if (!Number.isFinite(minutes) || minutes < 1) {
    return 'now';
  }
  if (minutes < 60) {
    return `${minutes} min`;
  }
  if (minutes < 24 * 60) {
    return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
  }
  return `${Math.floor(minutes / 1440)} d`;
}

/** A probability in whole percent; never 0 or 100, which would claim certainty. */
export function probability(p: number | null | undefined): string {
  if (p === null || p === undefined || !Number.isFinite(p)) {
    return '';
  }
  const percent = Math.round(p * 100);
  return percent <= 0 ? '<1 %' : percent >= 100 ? '>99 %' : `${percent} %`;
}

const ACRONYMS: Record<string, string> = {
  id: 'ID',
  uid: 'UID',
  ae: 'AE',

  ct: 'CT',
  mr: 'MR',
  ai: 'AI',
  sah: 'SAH',
  sdh: 'SDH',
  edh: 'EDH',
  ett: 'ETT',
};

/** A vocabulary name as words: `pleural_effusion` as `Pleural effusion`. */
export function words(name: string): string {
  const parts = name.split(/[_-]+/).filter(Boolean);
  const joined = parts.map((part) => ACRONYMS[part] ?? part).join(' ');
  return joined.charAt(0).toUpperCase() + joined.slice(1);
}

const UNITS: Record<string, string> = { '1': '', deg: '°', ml: ' ml', '%': ' %' };

/** A measured value with its UCUM unit, in as many digits as its size calls for. */
export function measured(value: number, unit: string): string {
  const size = Math.abs(value);
  const digits = unit === '1' ? 2 : size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toFixed(digits) + (UNITS[unit] ?? ` ${unit}`);
}

export function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
