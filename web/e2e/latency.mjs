/**
 * From the answer to STOW-RS until the first finding is on an open page, over and over:
 * node e2e/latency.mjs [TIMES] [study|worklist]. On the study's page the image is drawn meanwhile, by the processor that
 * runs the model where both are one machine; on the worklist nothing else is done.
 * BASE_URL names a running host without sign-in. Prints a line a study, and the median and 95th percentile in ms, the
 * models' own time included. A measurement, not a test.
 */
import { launch, openPage } from './browser.mjs';
import { freshStudy, stow } from './stow.mjs';

const base = (process.env.BASE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const times = Number(process.argv[2] ?? 10);
const worklist = process.argv[3] === 'worklist';
// As Chromium starts by itself without a graphics processor: WebGL computed by the processor would take it from the models.
const browser = await launch({ gl: false });
const page = await openPage(browser);
const rows = [];
for (let i = 0; i < times; i++) {
  const study = freshStudy(['effusion', 'cardiomegaly'][i % 2], { patient: 'Endtoend^Latency' });
  await page.goto(worklist ? base : `${base}/?study=${study.study}`);
  await page.locator('.live.is-live').waitFor();
  await page.waitForTimeout(1000);
  await page.evaluate((uid) => {
    const place = uid ? `tr[data-study="${uid}"] .chip` : '.product .finding';
    window.firstFinding = new Promise((resolve) => {
      const seen = () => document.querySelector(place) && resolve(Date.now());
      new MutationObserver(seen).observe(document.body, { childList: true, subtree: true, attributes: true });
    });
  }, worklist && study.study);
  await stow(base, study);
  const stored = Date.now();
  const shown = await page.evaluate(() => window.firstFinding);
  rows.push(shown - stored);
  console.log(`${i + 1}: ${shown - stored} ms`);
}
await browser.close();
const sorted = rows.sort((a, b) => a - b);
const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
console.log(`n ${times}, median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms`);
