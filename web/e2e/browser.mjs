import { chromium } from 'playwright-core';

const QUIET = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SOFTWARE_GL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const NO_GL = ['--disable-gpu', '--disable-3d-apis'];

export const launch = ({ gl = true } = {}) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...QUIET, ...(gl ? SOFTWARE_GL : NO_GL)],
  });

/** A page whose errors are kept: uncaught exceptions, and what the content security policy forbade. */
export async function openPage(browser, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
  page.setDefaultTimeout(60_000);
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) {
      page.faults.push(message.text());
    }
  });
  return page;
}

/** Waits until the image is drawn and its series has finished opening. */
export const imageDrawn = (page) =>
  page.waitForFunction(
    () =>
      /W \d/.test(document.querySelector('[data-readout=window]')?.textContent ?? '') &&
      document.querySelector('.stage-foot [role=status]')?.textContent === '',
    null,
    { timeout: 90_000 },
  );

/** Mean, spread and number of non-transparent pixels of a canvas: a blank one has no spread. */
export const canvasStats = (page, selector) =>
  page
    .locator(selector)
    .first()
    .evaluate((canvas) => {
      const copy = document.createElement('canvas');
      copy.width = copy.height = 128;
      const context = copy.getContext('2d');
      context.drawImage(canvas, 0, 0, 128, 128);
      const { data } = context.getImageData(0, 0, 128, 128);
      let [sum, square, opaque] = [0, 0, 0];
      for (let i = 0; i < data.length; i += 4) {
        sum += data[i];
        square += data[i] ** 2;
        opaque += data[i + 3] > 20 ? 1 : 0;
      }
      const n = data.length / 4;
      return { mean: sum / n, sd: Math.sqrt(square / n - (sum / n) ** 2), opaque };
    });

/**
 * Puts a cable between page and hub that can be pulled: while it is out, connections end and new ones fail. What the hub
 * sends is kept, to see what came and what came twice.
 */
export async function hubCable(page) {
  const cable = { out: false, links: new Set(), items: [] };
  await page.routeWebSocket(/\/hubs\/viewer/, (client) => {
    if (cable.out) {
      client.close();
      return;
    }
    const server = client.connectToServer();
    const link = { client, server };
    cable.links.add(link);
    server.onMessage((message) => {
      for (const text of String(message).split('\x1e').filter(Boolean)) {
        const { type, item } = JSON.parse(text);
        if (type === 2) {
          cable.items.push(item);
        }
      }
      client.send(message);
    });
  });
  return {
    items: cable.items,
    async pull() {
      cable.out = true;
      for (const { client, server } of cable.links) {
        await server.close();
        await client.close();
      }
      cable.links.clear();
    },
    plug() {
      cable.out = false;
    },
  };
}
