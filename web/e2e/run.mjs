/**
 * The main job in a real browser: node e2e/run.mjs [part of a test's name]
 *   BASE_URL  a running host without sign-in; without it one is started on a data folder of its own
 *   CHROMIUM  the browser (default /usr/bin/chromium)
 *   SHOTS     a folder for screenshots
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { launch } from './browser.mjs';
import { startHost } from './host.mjs';
import { tests } from './tests.mjs';

const [only = ''] = process.argv.slice(2);
const shots = process.env.SHOTS;
if (shots) {
  mkdirSync(shots, { recursive: true });
}
const host = process.env.BASE_URL ? { base: process.env.BASE_URL.replace(/\/$/, ''), stop() {} } : await startHost();
const browser = await launch();
const context = {
  base: host.base,
  browser,
  note: (text) => console.log(`      ${text}`),
  shot: async (page, name) => shots && (await page.screenshot({ path: path.join(shots, `${name}.png`) })),
};

let [passed, failed] = [0, 0];
for (const [name, test] of Object.entries(tests)) {
  if (!name.toLowerCase().includes(only.toLowerCase())) {
    continue;
  }
  const from = Date.now();
  try {
    await test(context);
    passed++;
    console.log(`  ok  ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n      ${String(error.message ?? error).replaceAll('\n', '\n      ')}`);
    for (const page of browser.contexts().flatMap((c) => c.pages())) {
      await context.shot(page, `failed-${failed}`).catch(() => {});
      await page.close();
    }
  }
}
await browser.close();
await host.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
