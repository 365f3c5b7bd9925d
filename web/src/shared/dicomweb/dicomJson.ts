/** DICOM JSON (PS3.18 Annex F), as far as a viewer reads it. */

export interface Element {
  vr: string;
  Value?: unknown[];
}
export type Dataset = Record<string, Element>;

/** The first value of a tag, or undefined. */
export function value<T>(dataset: Dataset, tag: string): T | undefined {
  return (dataset[tag]?.Value?.[0] ?? undefined) as T | undefined;
}

/** The first value as text: a person name's alphabetic group, a number in digits. */
export function text(dataset: Dataset, tag: string): string {
  const first = value<unknown>(dataset, tag);
  if (first && typeof first === 'object') {
    const groups = first as { Alphabetic?: string; Ideographic?: string; Phonetic?: string };
    return groups.Alphabetic ?? groups.Ideographic ?? groups.Phonetic ?? '';
  }
  return first === undefined ? '' : String(first);
}

export function number(dataset: Dataset, tag: string): number | undefined {
  const first = value<unknown>(dataset, tag);
  const parsed = typeof first === 'number' ? first : typeof first === 'string' ? Number(first) : NaN;
  return Number.isFinite(parsed) ? parsed : undefined;
}

export function numbers(dataset: Dataset, tag: string): number[] {
  return (dataset[tag]?.Value ?? []).map(Number).filter(Number.isFinite);
}

/** All values as text. */
export function values(dataset: Dataset, tag: string): string[] {
  return (dataset[tag]?.Value ?? []).filter((v) => typeof v === 'string' || typeof v === 'number').map(String);
}

export function items(dataset: Dataset, tag: string): Dataset[] {
  return (dataset[tag]?.Value ?? []).filter((item): item is Dataset => typeof item === 'object' && item !== null);
}
