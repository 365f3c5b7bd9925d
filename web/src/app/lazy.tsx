import { Component, type ComponentChildren, type ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component whose code is fetched when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [state, setState] = useState<{ Loaded?: ComponentType<P>; failed?: boolean }>({ Loaded: loaded });
    useEffect(() => {
      if (!loaded) {
        load().then(
          (Loaded) => setState({ Loaded: (loaded = Loaded) }),
          () => setState({ failed: true }),
        );
      }
    }, []);
    if (state.failed) {
      // A new version of the host has new file names: only a reload can find them.
      return (
        <main class="waiting">
          <p role="alert">
            This page could not be loaded. <a href={location.href}>Reload</a>
          </p>
        </main>
      );
    }
    return state.Loaded ? <state.Loaded {...props} /> : <main class="waiting">Loading…</main>;
  };
}

/** Shows an error of what is inside instead of an empty page. */
export class Guard extends Component<{ children: ComponentChildren }, { text?: string }> {
  override state: { text?: string } = {};

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ text: error instanceof Error ? error.message : String(error) });
  }

  override render() {
    return this.state.text === undefined ? (
      this.props.children
    ) : (
      <main class="waiting">
        <p role="alert">
          Something went wrong: {this.state.text} <a href={location.href}>Reload</a>
        </p>
      </main>
    );
  }
}
