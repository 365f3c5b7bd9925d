import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { canvasStats, hubCable, imageDrawn, launch, openPage } from './browser.mjs';
import { freshStudy, stow } from './stow.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const ENDED = ['found', 'nothing', 'qualified', 'refused', 'failed'];
/** From STOW to the end of the product's run, on a slow machine with all else going on. */
const RUN_MS = 60_000;

const card = (page, product = 'chest-xray') => page.locator(`.product[data-product=${product}]`);
const ended = (page, product = 'chest-xray') =>
  page
    .locator(ENDED.map((standing) => `.product[data-product=${product}][data-standing=${standing}]`).join(', '))
    .first()
    .waitFor({ timeout: RUN_MS });
const standing = (page) => card(page).getAttribute('data-standing');

/** What the panel says, without what passes: progress and waiting. */
const panelText = async (page) =>
  (await card(page).locator('.finding, .reasons, .measurements, header').allInnerTexts()).join('\n');

/** A study with the sample that has an effusion, read by the chest product; made once and used by several tests. */
async function readStudy(context) {
  if (!context.read) {
    const study = freshStudy('effusion', { patient: 'Endtoend^Read' });
    await stow(context.base, study);
    context.read = study;
  }
  return context.read;
}

export const tests = {
  'A chest X-ray stored over STOW-RS fills the open study page: image, findings, no reload': async (context) => {
    const page = await openPage(context.browser);
    const study = freshStudy('effusion', { patient: 'Endtoend^Live' });
    await page.goto(`${context.base}/?study=${study.study}`);
    await page.getByText('not here (yet)').waitFor();
    const from = Date.now();
    await stow(context.base, study);
    const stored = Date.now();
    await card(page).locator('.finding').first().waitFor({ state: 'attached', timeout: RUN_MS });
    context.note(`STOW took ${stored - from} ms; first finding on the page ${Date.now() - stored} ms after it`);
    await ended(page);
    assert.ok(['found', 'nothing', 'qualified'].includes(await standing(page)), `standing: ${await standing(page)}`);
    // The product also says what it looked for and did not find.
    await card(page).locator('.finding').nth(4).waitFor({ state: 'attached', timeout: 15_000 });
    await imageDrawn(page);
    const { sd } = await canvasStats(page, '#viewport .cornerstone-canvas');
    assert.ok(sd > 10, `the image is drawn (spread ${sd.toFixed(1)})`);
    await context.shot(page, 'study-live');
    assert.deepEqual(page.faults, []);
    await page.close();
  },

  'The heatmap is off at first, one key shows it over the image, another shows the original': async (context) => {
    const page = await openPage(context.browser);
    const { study } = await readStudy(context);
    await page.goto(`${context.base}/?study=${study}`);
    await imageDrawn(page);
    await ended(page);
    await page.locator('[data-action=heat]:not(:disabled)').waitFor({ timeout: 15_000 });
    await page.locator('svg.ai-layer .line').first().waitFor({ state: 'attached', timeout: 15_000 });
    assert.equal((await canvasStats(page, 'canvas.heat')).opaque, 0, 'off at first');
    await page.locator('#viewport').focus();
    await page.keyboard.press('h');
    await page.waitForFunction(() => document.querySelector('#viewport').dataset.heat === 'on');
    const on = await canvasStats(page, 'canvas.heat');
    assert.ok(on.opaque > 50, `the heatmap covers ${on.opaque} of 16384 points`);
    await context.shot(page, 'heatmap');
    await page.keyboard.press('x');
    await page.waitForFunction(() => !document.querySelector('svg.ai-layer').children.length);
    assert.equal((await canvasStats(page, 'canvas.heat')).opaque, 0, 'the original image has no drawings');
    await page.keyboard.press('x');
    await page.waitForFunction(() => document.querySelector('svg.ai-layer').children.length > 0);
    const button = card(page).getByRole('button', { name: /^Heatmap of/, pressed: true });
    await button.click();
    await page.waitForFunction(() => document.querySelector('#viewport').dataset.heat === 'off');
    await page.close();
  },

  'After a reload the panel says the same': async (context) => {
    const page = await openPage(context.browser);
    const { study } = await readStudy(context);
    await page.goto(`${context.base}/?study=${study}`);
    await ended(page);
    const before = await panelText(page);
    await page.reload();
    await ended(page);
    assert.equal(await panelText(page), before);
    await page.close();
  },

  'An image that is no chest X-ray: the product says that it is not suitable, as plainly as a finding': async (
    context,
  ) => {
    const page = await openPage(context.browser);
    let seed = 1;
    const noise = () => ((seed = (seed * 48271) % 2147483647) >> 8) & 0xff;
    const study = freshStudy('normal', { patient: 'Endtoend^Noise', pixels: noise });
    await stow(context.base, study);
    await page.goto(`${context.base}/?study=${study.study}`);
    await ended(page);
    assert.equal(await standing(page), 'refused');
    assert.match(await card(page).locator('header').innerText(), /Not suitable/);
    assert.ok((await card(page).locator('.reasons li').first().innerText()).length > 10, 'it says why');
    assert.equal(await card(page).locator('.finding.present').count(), 0, 'and finds nothing');
    await context.shot(page, 'refused');
    await page.goto(context.base);
    const row = page.locator(`tr[data-study="${study.study}"]`);
    await row.getByText('Not suitable').waitFor();
    await page.close();
  },

  'The worklist shows a study that arrives while it is open, and its progress, without a reload': async (context) => {
    const page = await openPage(context.browser);
    await page.goto(context.base);
    await page.locator('.live.is-live').waitFor();
    const study = freshStudy('cardiomegaly', { patient: 'Endtoend^List' });
    await stow(context.base, study);
    const row = page.locator(`tr[data-study="${study.study}"]`);
    await row.waitFor({ timeout: 15_000 });
    await row.locator('[data-product=chest-xray]').waitFor({ timeout: 15_000 });
    const marks = ENDED.map((s) => `[data-product=chest-xray] [data-standing=${s}]`).join(', ');
    await row.locator(marks).first().waitFor({ timeout: RUN_MS });
    await context.shot(page, 'worklist');
    assert.deepEqual(page.faults, []);
    await page.close();
  },

  'A cut connection: what happened meanwhile arrives once it is back, nothing twice': async (context) => {
    const page = await openPage(context.browser);
    const cable = await hubCable(page);
    const study = freshStudy('effusion', { patient: 'Endtoend^Cut' });
    await page.goto(`${context.base}/?study=${study.study}`);
    await page.locator('.live.is-live').waitFor();
    await stow(context.base, study);
    await card(page).waitFor({ timeout: RUN_MS });
    await cable.pull();
    await page.locator('.live.is-reconnecting').waitFor();
    await page.waitForTimeout(6000);
    cable.plug();
    await page.locator('.live.is-live').waitFor({ timeout: 30_000 });
    await ended(page);
    const said = await panelText(page);
    const seqs = cable.items.map(({ seq }) => seq);
    assert.equal(new Set(seqs).size, seqs.length, `sent once each: ${seqs}`);
    await page.reload();
    await ended(page);
    assert.equal(said, await panelText(page), 'the page that was cut says what a fresh one says');
    await page.close();
  },

  'With the keyboard alone: from the worklist into a study, through windows and drawings, and back': async (
    context,
  ) => {
    const page = await openPage(context.browser);
    await readStudy(context);
    await page.goto(context.base);
    await page.locator('a[data-row]').first().waitFor();
    for (
      let i = 0;
      i < 15 &&
      !(await page.evaluate(
        () => !!document.activeElement?.dataset.row || document.activeElement?.matches('a[data-row]'),
      ));
      i++
    ) {
      await page.keyboard.press('Tab');
    }
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href'));
    const first = await focused();
    assert.match(first ?? '', /study=/, 'Tab reaches the rows');
    if ((await page.locator('a[data-row]').count()) > 1) {
      await page.keyboard.press('ArrowDown');
      assert.notEqual(await focused(), first, 'the arrow moves to the next row');
      await page.keyboard.press('ArrowUp');
    }
    await page.keyboard.press('Enter');
    await imageDrawn(page);
    const readout = () => page.locator('[data-readout=window]').innerText();
    const sent = await readout();
    await page.keyboard.press('3');
    await page.waitForFunction(
      (before) => document.querySelector('[data-readout=window]').textContent !== before,
      sent,
    );
    await page.keyboard.press('1');
    await page.waitForFunction(
      (before) => document.querySelector('[data-readout=window]').textContent === before,
      sent,
    );
    await page.locator('#viewport').focus();
    await page.keyboard.press('i');
    await page.getByText('Inverted').waitFor();
    await page.keyboard.press('r');
    await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate(() => document.activeElement.id), 'viewport', 'Tab leaves the image');
    await page.keyboard.press('q');
    await page.locator('a[data-row]').first().waitFor();
    await page.close();
  },

  'With the mouse: a drag changes the window, the right button zooms, and the drawings stay on the image': async (
    context,
  ) => {
    const page = await openPage(context.browser);
    const { study } = await readStudy(context);
    await page.goto(`${context.base}/?study=${study}`);
    await imageDrawn(page);
    await page.locator('svg.ai-layer .line').first().waitFor({ state: 'attached', timeout: 15_000 });
    const box = await page.locator('#viewport').boundingBox();
    const drag = async (button, dx, dy) => {
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down({ button });
      for (let i = 1; i <= 6; i++) {
        await page.mouse.move(x + (dx * i) / 6, y + (dy * i) / 6);
      }
      await page.mouse.up({ button });
      await page.waitForTimeout(500);
    };
    const read = (name) => page.locator(`[data-readout=${name}]`).innerText();
    const outline = () =>
      page
        .locator('svg.ai-layer .line')
        .first()
        .evaluate((node) => node.getBBox().width);
    const [window, zoom, width] = [await read('window'), Number((await read('zoom')).slice(5)), await outline()];
    await drag('left', 80, 30);
    assert.notEqual(await read('window'), window);
    await drag('right', 0, 60);
    const factor = Number((await read('zoom')).slice(5)) / zoom;
    assert.ok(Math.abs(factor - 1) > 0.1, `zoomed by ${factor}`);
    const grown = (await outline()) / width;
    assert.ok(Math.abs(grown / factor - 1) < 0.03, `the image grew by ${factor}, its outline by ${grown}`);
    await page.close();
  },

  'A finding is rejected, and a reload still says so': async (context) => {
    const page = await openPage(context.browser);
    const { study } = await readStudy(context);
    await page.goto(`${context.base}/?study=${study}`);
    await ended(page);
    const finding = card(page).locator('.finding.present, .finding.indeterminate').first();
    await finding.getByRole('button', { name: /^Reject/ }).click();
    await finding.getByText(/Rejected/).waitFor();
    await page.reload();
    await ended(page);
    await card(page)
      .locator('.finding .decision')
      .getByText(/Rejected/)
      .first()
      .waitFor();
    await page.close();
  },

  'A report is added, read, and what was read is marked in its text': async (context) => {
    const page = await openPage(context.browser);
    const { study } = await readStudy(context);
    await page.goto(`${context.base}/?study=${study}`);
    await page.getByRole('tab', { name: 'Reports' }).click();
    await page.locator('textarea').fill('FINDINGS: Moderate right pleural effusion. No pneumothorax.');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.locator('.report mark').first().waitFor({ timeout: RUN_MS });
    const read = await page
      .locator('.report .read li')
      .evaluateAll((list) => list.map((li) => [li.dataset.finding, li.className]));
    assert.ok(
      read.some(([name, kind]) => name === 'pleural_effusion' && kind.includes('present')),
      JSON.stringify(read),
    );
    assert.ok(
      read.some(([name, kind]) => name === 'pneumothorax' && kind.includes('absent')),
      JSON.stringify(read),
    );
    await context.shot(page, 'reports');
    await page.close();
  },

  'A product runs again: the new run replaces the earlier one': async (context) => {
    const page = await openPage(context.browser);
    const { study } = await readStudy(context);
    await page.goto(`${context.base}/?study=${study}`);
    await ended(page);
    const runOf = () => card(page).locator('.provenance code').last().textContent();
    const before = await runOf();
    await card(page).getByRole('button', { name: 'Run again' }).click();
    await page.waitForFunction(
      (old) =>
        [...document.querySelectorAll('.product[data-product=chest-xray] .provenance code')].at(-1)?.textContent !==
        old,
      before,
      { timeout: RUN_MS },
    );
    await ended(page);
    await page.close();
  },

  'A link by accession number opens the study; an unknown one says so': async (context) => {
    const page = await openPage(context.browser);
    await readStudy(context);
    await page.goto(`${context.base}/?accession=no-such-number`);
    await page.getByText('No study has this accession number').waitFor();
    const worklist = await (await fetch(`${context.base}/api/v1/worklist?limit=50`)).json();
    const counted = Map.groupBy
      ? Map.groupBy(worklist.rows, (r) => r.accession)
      : group(worklist.rows, (r) => r.accession);
    const [accession, rows] = [...counted].find(([key]) => key);
    await page.goto(`${context.base}/?accession=${encodeURIComponent(accession)}`);
    if (rows.length === 1) {
      await imageDrawn(page);
    } else {
      await page.locator('.choices a').first().click();
      await imageDrawn(page);
    }
    assert.match(page.url(), /study=/);
    await page.close();
  },

  'Without WebGL the image and its drawings are shown, and what is off is said': async (context) => {
    const browser = await launch({ gl: false });
    try {
      const page = await openPage(browser);
      const { study } = await readStudy(context);
      await page.goto(`${context.base}/?study=${study}`);
      await imageDrawn(page);
      await page.getByText('No WebGL').waitFor();
      const { sd } = await canvasStats(page, '#viewport canvas:not(.heat)');
      assert.ok(sd > 10, `the image is drawn (spread ${sd.toFixed(1)})`);
      await ended(page);
      await page.locator('svg.ai-layer .line').first().waitFor({ state: 'attached', timeout: 15_000 });
      assert.deepEqual(page.faults, []);
    } finally {
      await browser.close();
    }
  },

  'No page has an accessibility fault that axe calls serious': async (context) => {
    const { study } = await readStudy(context);
    const found = [];
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      for (const place of ['/', `/?study=${study}`, '/?page=admin', '/?page=operations']) {
        const page = await openPage(context.browser, { viewport });
        await page.goto(context.base + place);
        await (place.includes('study=') ? imageDrawn(page) : page.locator('main h1').waitFor({ state: 'attached' }));
        await page.waitForTimeout(800);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), WCAG);
        for (const { id, impact, nodes } of violations.filter((v) => ['serious', 'critical'].includes(v.impact))) {
          found.push(`${place} at ${viewport.width}: ${id} (${impact}) ${nodes.map((n) => n.target).slice(0, 3)}`);
        }
        await page.close();
      }
    }
    assert.deepEqual(found, []);
  },

  'The page is served under a strict policy, and a missing asset is missing': async (context) => {
    const index = await fetch(context.base);
    const policy = index.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'(;|$)/);
    assert.doesNotMatch(policy, /script-src[^;]*'unsafe-(inline|eval)'/);
    assert.equal((await fetch(`${context.base}/assets/no-such-file.js`)).status, 404);
    assert.equal((await fetch(`${context.base}/no-such-file.wasm`)).status, 404);
  },
};

function group(list, keyOf) {
  const groups = new Map();
  for (const item of list) {
    groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  }
  return groups;
}
