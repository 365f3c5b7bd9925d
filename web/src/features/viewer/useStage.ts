import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../shared/http';
import { createStage, type Readout, type Shown, type Stage } from './imaging/stage';
import type { Drawing } from './overlay/drawing';
import { OverlayLayer, type OverlayOptions } from './overlay/layer';

interface Staged {
  stage: Stage | undefined;
  shown: Shown | undefined;
  readout: Readout | undefined;
}

/** A stage in an element and what is drawn over it; both live as long as the element. */
export function useStage(
  frame: RefObject<HTMLDivElement | null>,
  element: RefObject<HTMLDivElement | null>,
  drawings: Drawing[],
  overlay: OverlayOptions,
  onMessage: (message: string) => void,
): Staged {
  const [stage, setStage] = useState<Stage>();
  const [layer, setLayer] = useState<OverlayLayer>();
  const [shown, setShown] = useState<Shown>();
  const [readout, setReadout] = useState<Readout>();

  useEffect(() => {
    let gone = false;
    let made: Stage | undefined;
    let over: OverlayLayer | undefined;
    createStage(element.current!, 'main').then(
      (created) => {
        if (gone) {
          created.dispose();
          return;
        }
        made = created;
        over = new OverlayLayer(frame.current!, created);
        created.onDrawn(() => {
          setShown(created.shown());
          setReadout(created.readout());
        });
        created.onError(onMessage);
        setStage(created);
        setLayer(over);
      },
      (error) => onMessage(`The image display could not be started: ${messageOf(error)}`),
    );
    return () => {
      gone = true;
      over?.dispose();
      made?.dispose();
    };
  }, []);

  useEffect(() => layer?.update(drawings, overlay), [layer, drawings, overlay]);

  return { stage, shown, readout };
}
