import { useEffect, useState } from 'preact/hooks';

/** A value that components watch. One small store a concern; no global tree. */
export class Store<T> {
  private listeners = new Set<() => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(next: T): void {
    if (!Object.is(next, this.value)) {
      this.value = next;
      for (const listener of [...this.listeners]) {
        listener();
      }
    }
  }

  update(change: (value: T) => T): void {
    this.set(change(this.value));
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Renders again when the store's value changes. */
export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState(0);
  useEffect(() => {
    const seen = store.get();
    const stop = store.subscribe(() => redraw((n) => n + 1));
    // A change between the render and this effect would otherwise go unseen.
    if (!Object.is(seen, store.get())) {
      redraw((n) => n + 1);
    }
    return stop;
  }, [store]);
  return store.get();
}
