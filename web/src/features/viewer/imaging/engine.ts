import { RenderingEngine, getShouldUseCPURendering, init as initCore, type Types } from '@cornerstonejs/core';
import { init as initLoader } from '@cornerstonejs/dicom-image-loader';
import * as tools from '@cornerstonejs/tools';
import type { ToolName } from './stage';

const { MouseBindings } = tools.Enums;
const GROUP = 'stacks';
const ENGINE = 'engine';

const TOOLS: Record<ToolName, string> = {
  window: tools.WindowLevelTool.toolName,
  pan: tools.PanTool.toolName,
  zoom: tools.ZoomTool.toolName,
  scroll: tools.StackScrollTool.toolName,
};

let engine: RenderingEngine | undefined;

/** The page's one rendering engine, started on first use. */
export function getEngine(): RenderingEngine {
  if (engine) {
    return engine;
  }
  const cpu = new URLSearchParams(location.search).get('cpu') === '1';
  initCore({ rendering: { useCPURendering: cpu } } as Types.Cornerstone3DConfig);
  initLoader({ maxWebWorkers: Math.min(4, Math.max(1, (navigator.hardwareConcurrency || 2) - 1)) });
  tools.init();
  for (const tool of [tools.WindowLevelTool, tools.PanTool, tools.ZoomTool, tools.StackScrollTool]) {
    tools.addTool(tool);
  }
  const group = tools.ToolGroupManager.createToolGroup(GROUP)!;
  Object.values(TOOLS).forEach((name) => group.addTool(name));
  engine = new RenderingEngine(ENGINE);
  setTool('window');
  return engine;
}

/** Without WebGL the library still draws stacks. */
export const hasGl = () => !getShouldUseCPURendering();

/** The tool of the primary button; middle pans, right zooms, wheel scrolls whichever it is. */
export function setTool(tool: ToolName): void {
  const group = tools.ToolGroupManager.getToolGroup(GROUP)!;
  const fixed: [ToolName, number][] = [
    ['pan', MouseBindings.Auxiliary],
    ['zoom', MouseBindings.Secondary],
    ['scroll', MouseBindings.Wheel],
  ];
  Object.values(TOOLS).forEach((name) => group.setToolPassive(name, { removeAllBindings: true }));
  for (const name of Object.keys(TOOLS) as ToolName[]) {
    const buttons = fixed.filter(([owner]) => owner === name).map(([, mouseButton]) => ({ mouseButton }));
    const bindings = name === tool ? [{ mouseButton: MouseBindings.Primary }, ...buttons] : buttons;
    if (bindings.length > 0) {
      group.setToolActive(TOOLS[name], { bindings });
    }
  }
}

/**
 * Redraws when a viewport's box changes. The library does not watch for that: its canvas is stretched to the new box by
 * CSS, which distorts the image and moves everything drawn over it.
 */
const boxes = new ResizeObserver(() => engine?.resize(true, true));

export function enable(viewportId: string, element: HTMLDivElement): void {
  getEngine().enableElement({ viewportId, element, type: 'stack' as never });
  tools.ToolGroupManager.getToolGroup(GROUP)!.addViewport(viewportId, ENGINE);
  // The frame around it takes the focus.
  element.removeAttribute('tabindex');
  boxes.observe(element);
}

/** Fetches the rest of the stack while its first image is looked at. */
export function prefetch(element: HTMLDivElement, on: boolean): void {
  if (on) {
    tools.utilities.stackPrefetch.enable(element);
  } else {
    tools.utilities.stackPrefetch.disable(element);
  }
}

export function disable(viewportId: string, element: HTMLDivElement): void {
  boxes.unobserve(element);
  prefetch(element, false);
  tools.ToolGroupManager.getToolGroup(GROUP)!.removeViewports(ENGINE, viewportId);
  getEngine().disableElement(viewportId);
}
