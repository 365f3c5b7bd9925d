/**
 * From the answer to STOW-RS until the first finding is on an open page, over and over: node e2e/latency.mjs [TIMES]
 * BASE_URL names a running host without sign-in. Prints a line a study, and the median and 95th percentile in ms, with
 * the run's own time beside it. A measurement, not a test.
 */
import { launch, openPage } from './browser.mjs';
import { freshStudy, stow } from './stow.mjs';

const base = (process.env.BASE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const times = Number(process.argv[2] ?? 10);
const browser = await launch();
const page = await openPage(browser);
const rows = [];
for (let i = 0; i < times; i++) {
  const study = freshStudy(['effusion', 'cardiomegaly', 'normal'][i % 3], { patient: 'Endtoend^Latency' });
  await page.goto(`${base}/?study=${study.study}`);
  await page.locator('.live.is-live').waitFor();
  await page.evaluate(() => {
    window.firstFinding = new Promise((resolve) => {
      const seen = () => document.querySelector('.product .finding') && resolve(Date.now());
      new MutationObserver(seen).observe(document.body, { childList: true, subtree: true });
    });
  });
  await stow(base, study);
  const stored = Date.now();
  const shown = await page.evaluate(() => window.firstFinding);
  await page
    .locator(
      '.product[data-product=chest-xray]:is([data-standing=found], [data-standing=nothing], [data-standing=qualified])',
    )
    .waitFor();
  const own = await page.locator('.product[data-product=chest-xray] .provenance small').first().textContent();
  rows.push({ ms: shown - stored, run: own?.trim() ?? '' });
  console.log(`${i + 1}: ${shown - stored} ms, the whole run ${own?.trim()}`);
}
await browser.close();
const sorted = rows.map(({ ms }) => ms).sort((a, b) => a - b);
const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
console.log(`n ${times}, median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms`);
