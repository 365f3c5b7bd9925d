export interface Span<T> {
  start: number;
  length: number;
  value: T;
}

/** A piece of text and all that is said of it. */
export interface Piece<T> {
  text: string;
  start: number;
  values: T[];
}

/**
 * Cuts a text at the ends of its spans, which may overlap: each piece lies within all of its spans. What lies beyond the
 * text is left out; nothing of the text is lost.
 */
export function pieces<T>(text: string, spans: Span<T>[]): Piece<T>[] {
  const within = spans
    .map((span) => ({ ...span, end: Math.min(text.length, span.start + span.length) }))
    .filter(({ start, end }) => start >= 0 && end > start);
  const cuts = [...new Set([0, text.length, ...within.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  return cuts.slice(0, -1).map((start, i) => ({
    text: text.slice(start, cuts[i + 1]),
    start,
    values: within.filter((span) => span.start <= start && span.end > start).map(({ value }) => value),
  }));
}
