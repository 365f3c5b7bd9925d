/**
 * A stand-in for the host, to work on the viewer alone: serves dist/, DICOMweb from any server (Orthanc), the API from
 * memory and scripted events over the hub's own protocol (SignalR, JSON, WebSocket). For developers; never shipped.
 *   DICOMWEB=http://127.0.0.1:18042/dicom-web node dev/mock.mjs [PORT]
 * POST /mock/cut cuts every live connection; POST /mock/replay tells all studies' stories again as new runs.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { WebSocketServer } from 'ws';

const port = Number(process.argv[2] ?? 18080);
const upstream = new URL(process.env.DICOMWEB ?? 'http://127.0.0.1:18042/dicom-web');
const root = path.resolve(import.meta.dirname, '../dist');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};
const CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

// --- events ---
const log = [];
const watchers = new Set();

function append(study, type, data, product = null, runId = null, attempt = 1) {
  const event = {
    seq: log.length + 1,
    at: new Date().toISOString(),
    site: 'default',
    study,
    type,
    product,
    runId,
    attempt,
    data,
  };
  log.push(event);
  for (const watcher of watchers) watcher(event);
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const masks = new Map();
const reports = new Map();
let runs = 0;

function heat(size, cx, cy, r) {
  return Uint8Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [((i % size) + 0.5) / size - cx, (Math.floor(i / size) + 0.5) / size - cy];
    return Math.round(255 * Math.exp(-(x * x + y * y) / (r * r)));
  });
}

function mask(id, of, sop, cx, cy, r) {
  const size = 32;
  const href = `/api/v1/masks/${masks.size + 1}`;
  masks.set(href, heat(size, cx, cy, r));
  return {
    result: { kind: 'mask', id, of, form: 'Heatmap', images: [{ sop }], rows: size, columns: size, segments: [of] },
    mask: { href, rows: size, columns: size, bytes: size * size },
  };
}

/** A run of the chest product on an image, by one of several stories. */
async function chestRun(study, image, story) {
  const runId = `run-${++runs}`;
  const say = (type, data, attempt = 1) => append(study, type, data, 'chest-xray', runId, attempt);
  const models = [{ name: 'chest-xray-densenet', version: '1.0', sha256: 'a4c1'.repeat(16) }];
  say('run.queued', { lane: 'Urgent', version: '0.1.0' }, 0);
  await wait(400);
  say('run.started', { version: '0.1.0' });
  for (const [done, stage] of [
    [0.2, 'checking the image'],
    [0.5, 'reading the lungs'],
    [0.8, 'drawing heatmaps'],
  ]) {
    await wait(500);
    say('run.progress', { done, stage });
  }
  if (story === 'refused') {
    say('result.published', {
      result: { kind: 'gate', id: 'gate', status: 'Refused', reasons: ['This is not a frontal chest X-ray.'] },
    });
    say('run.finished', { status: 'refused', reasons: ['This is not a frontal chest X-ray.'], models, seconds: 0.8 });
    return;
  }
  if (story === 'failed') {
    say('run.failed', { reason: 'The worker ended unexpectedly (exit code 139).', willRetry: true, final: false });
    await wait(1500);
    say('run.started', { version: '0.1.0' }, 2);
    await wait(500);
    say(
      'run.failed',
      { reason: 'Model chest-xray-densenet is damaged: its hash does not match.', willRetry: false, final: true },
      2,
    );
    return;
  }
  const sop = image.sop;
  const finding = (id, presence, probability, rest = {}) =>
    say('result.published', {
      result: { kind: 'finding', id, name: id, presence, probability, threshold: 0.5, images: [{ sop }], ...rest },
    });
  const found = story === 'found';
  finding('pleural_effusion', found ? 'Present' : 'Absent', found ? 0.83 : 0.07, {
    laterality: found ? 'Right' : undefined,
    critical: false,
  });
  if (found) say('result.published', mask('effusion-heat', 'pleural_effusion', sop, 0.3, 0.72, 0.12));
  finding('cardiomegaly', found ? 'Present' : 'Absent', found ? 0.64 : 0.21);
  if (found) say('result.published', mask('heart-heat', 'cardiomegaly', sop, 0.55, 0.66, 0.17));
  for (const [name, p] of [
    ['pneumothorax', 0.02],
    ['consolidation', 0.2],
    ['mass', 0.05],
    ['fracture', 0.11],
  ])
    finding(name, 'Absent', p);
  finding('nodule', 'Indeterminate', 0.48, { reason: 'Close to the operating point' });
  finding('hiatal_hernia', 'NotAssessed', undefined, { reason: 'Too few cases to say how well the model does' });
  say('result.published', {
    result: {
      kind: 'measurement',
      id: 'ctr',
      of: 'cardiomegaly',
      name: 'cardiothoracic_ratio',
      value: found ? 0.57 : 0.44,
      unit: '1',
      reference: 'below 0.50 on a PA film',
    },
  });
  const { columns: w, rows: h } = image;
  say('result.published', {
    result: {
      kind: 'shape',
      id: 'heart-width',
      of: 'ctr',
      form: 'Line',
      image: { sop },
      points: [0.33 * w, 0.66 * h, 0.72 * w, 0.66 * h],
    },
  });
  say('result.published', {
    result: {
      kind: 'shape',
      id: 'chest-width',
      of: 'ctr',
      form: 'Line',
      image: { sop },
      points: [0.13 * w, 0.74 * h, 0.88 * w, 0.74 * h],
      label: 'Chest',
    },
  });
  say('run.finished', {
    status: story === 'qualified' ? 'qualified' : 'ok',
    reasons: story === 'qualified' ? ['Portable film: the heart looks larger than it is.'] : [],
    models,
    seconds: 1.9,
  });
}

function addReport(study, text) {
  const list = reports.get(study) ?? [];
  const report = {
    reportId: `report-${study.slice(-4)}-${list.length + 1}`,
    text,
    source: 'api',
    addedAt: new Date().toISOString(),
  };
  reports.set(study, [...list, report]);
  append(study, 'report.added', { reportId: report.reportId, source: 'api' });
  const runId = `run-${++runs}`;
  const say = (type, data) => append(study, type, data, 'report-nlp', runId);
  say('run.started', { version: '0.1.0' });
  for (const [phrase, name, presence] of [
    ['effusion', 'pleural_effusion', 'Present'],
    ['No pneumothorax', 'pneumothorax', 'Absent'],
    ['possible nodule', 'nodule', 'Indeterminate'],
  ]) {
    const start = text.indexOf(phrase);
    if (start >= 0)
      say('result.published', {
        result: {
          kind: 'finding',
          id: `${report.reportId}-${name}`,
          name,
          presence,
          text: { reportId: report.reportId, start, length: phrase.length },
        },
      });
  }
  say('run.finished', { status: 'ok', reasons: [], models: [], seconds: 0.01 });
}

// --- studies, from the DICOMweb server ---
const value = (dataset, tag) => {
  const first = dataset[tag]?.Value?.[0];
  return typeof first === 'object' && first ? first.Alphabetic : first;
};
const qido = async (url) =>
  (await fetch(upstream.href + url, { headers: { Accept: 'application/dicom+json' } })).json();
const STORIES = ['found', 'nothing', 'refused', 'failed', 'qualified'];
const studies = [];

async function tell(row, story) {
  append(row.studyUid, 'study.received', { instances: row.instances, total: row.instances, seriesUids: [] });
  append(row.studyUid, 'study.settled', { instances: row.instances, reason: 'quiet' });
  await chestRun(row.studyUid, row.image, story);
}

/** Takes in the studies that the DICOMweb server has and we have not yet told of; each gets a story. */
async function load() {
  const found = await qido('/studies?includefield=00081030&includefield=00201208&includefield=00080061');
  const fresh = [];
  for (const study of found) {
    const uid = value(study, '0020000D');
    if (studies.some(({ studyUid }) => studyUid === uid)) {
      continue;
    }
    const i = studies.length;
    const [instance] = await qido(`/studies/${uid}/instances?limit=1&includefield=00280010&includefield=00280011`);
    const row = {
      studyUid: uid,
      patientName: value(study, '00100010'),
      patientId: value(study, '00100020'),
      sex: value(study, '00100040'),
      birthDate: value(study, '00100030'),
      studyDate: value(study, '00080020'),
      studyTime: value(study, '00080030'),
      accession: value(study, '00080050'),
      description: value(study, '00081030') ?? '',
      modalities: study['00080061']?.Value ?? [],
      series: 1,
      instances: Number(value(study, '00201208') ?? 1),
      receivedAt: new Date(Date.now() - i * i * 311_000).toISOString(),
      settled: true,
      flags: i === 3 ? ['patient-mismatch'] : [],
      priority: ['Stat', 'Urgent', 'Routine', 'Background'][Math.min(3, i)],
      image: {
        sop: value(instance, '00080018'),
        rows: value(instance, '00280010') ?? 512,
        columns: value(instance, '00280011') ?? 512,
      },
      story: storyOf(value(study, '00100010') ?? '', i),
    };
    studies.push(row);
    fresh.push(row);
  }
  fresh.forEach((row) => void tell(row, row.story));
}

/** Studies that the end-to-end tests store say in their name what they are about. */
function storyOf(patient, i) {
  if (/noise/i.test(patient)) return 'refused';
  return /endtoend/i.test(patient) ? 'found' : STORIES[i % STORIES.length];
}

/** A row as the host would send it: folded from the log. */
function rowOf({ image, story, ...row }) {
  const products = new Map();
  for (const { study, type, product, runId, data } of log) {
    if (study !== row.studyUid || !product) continue;
    const p = products.get(product) ?? {
      product,
      name: product === 'chest-xray' ? 'Chest X-ray' : 'Report reader',
      findings: [],
    };
    products.set(product, p);
    if (type === 'run.queued') Object.assign(p, { runId, state: 'queued', findings: [] });
    if (type === 'run.started') Object.assign(p, { runId, state: 'running' });
    if (type === 'run.progress') Object.assign(p, data);
    if (type === 'run.finished') Object.assign(p, { state: data.status, reason: data.reasons.join(' ') });
    if (type === 'run.failed') Object.assign(p, { state: data.willRetry ? 'queued' : 'failed', reason: data.reason });
    if (type === 'result.published' && data.result.presence === 'Present')
      p.findings.push({
        name: data.result.name,
        probability: data.result.probability,
        laterality: data.result.laterality,
      });
  }
  return { ...row, products: [...products.values()] };
}

const products = [
  {
    id: 'chest-xray',
    name: 'Chest X-ray',
    version: '0.1.0',
    description: 'Fourteen findings on frontal chest X-rays.',
    state: 'active',
    enabled: true,
    lane: 'Urgent',
    deadlineSeconds: 60,
    findings: ['pleural_effusion', 'cardiomegaly'],
    models: [{ name: 'chest-xray-densenet', version: '1.0', sha256: 'a4c1'.repeat(16), state: 'loaded' }],
    settings: { heatmaps: true, thresholds: { nodule: 0.4 } },
    settingsSchema: {
      type: 'object',
      properties: {
        heatmaps: { type: 'boolean', title: 'Heatmaps', default: true },
        sensitivity: { type: 'number', minimum: 0, maximum: 1, title: 'Sensitivity', default: 0.9 },
        view: { enum: ['any', 'pa-only'], title: 'Views read', default: 'any' },
        thresholds: { type: 'object', title: 'Thresholds' },
      },
    },
  },
  {
    id: 'report-nlp',
    name: 'Report reader',
    version: '0.1.0',
    state: 'active',
    enabled: true,
    lane: 'Routine',
    deadlineSeconds: 60,
    models: [],
  },
  {
    id: 'head-ct',
    name: 'Head CT',
    version: '0.0.1',
    state: 'active',
    enabled: true,
    lane: 'Stat',
    deadlineSeconds: 120,
    models: [],
  },
];

// --- HTTP ---
const json = (response, body, status = 200) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
const problem = (response, status, title) =>
  response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ title, status }));

async function api(request, response, url) {
  const body = await new Promise((done) => {
    let text = '';
    request.on('data', (part) => (text += part)).on('end', () => done(text ? JSON.parse(text) : {}));
  });
  const route = `${request.method} ${url.pathname}`;
  const study = /\/studies\/([\d.]+)\//.exec(url.pathname)?.[1];
  const row = studies.find(({ studyUid }) => studyUid === study);
  if (route === 'GET /api/v1/session')
    return json(response, {
      user: 'developer',
      roles: ['reader', 'admin'],
      sites: ['default', 'north'],
      auth: 'none',
      version: '0.1.0',
      notice: 'Research and evaluation only. Not a medical device.',
    });
  if (route === 'GET /api/v1/worklist') {
    const [offset, limit] = [Number(url.searchParams.get('offset') ?? 0), Number(url.searchParams.get('limit') ?? 50)];
    const wanted = (url.searchParams.get('search') ?? '').toLowerCase();
    const modality = url.searchParams.get('modality');
    const rows = studies.filter(
      (r) =>
        `${r.patientName} ${r.patientId} ${r.accession}`.toLowerCase().includes(wanted) &&
        (!modality || r.modalities.includes(modality)),
    );
    return json(response, {
      seq: log.length,
      more: rows.length > offset + limit,
      rows: rows.slice(offset, offset + limit).map(rowOf),
    });
  }
  const one = /^\/api\/v1\/worklist\/([\d.]+)$/.exec(url.pathname)?.[1];
  if (one) return json(response, rowOf(studies.find(({ studyUid }) => studyUid === one)));
  if (route === 'GET /api/v1/products') return json(response, products);
  if (masks.has(url.pathname))
    return response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(masks.get(url.pathname));
  if (study && url.pathname.endsWith('/reports')) {
    if (request.method === 'GET') return json(response, reports.get(study) ?? []);
    addReport(study, body.text);
    return json(response, {}, 201);
  }
  if (row && request.method === 'POST' && url.pathname.endsWith('/runs')) {
    void chestRun(study, row.image, body.product === 'chest-xray' ? 'found' : 'failed');
    return json(response, {}, 202);
  }
  if (row && request.method === 'POST' && url.pathname.endsWith('/decisions')) {
    append(
      study,
      'decision.made',
      { resultId: body.resultId, decision: body.decision, user: 'developer' },
      body.product,
      body.runId,
    );
    return json(response, {}, 201);
  }
  if (request.method === 'PUT' && url.pathname.startsWith('/api/v1/sites/')) {
    const product = products.find(({ id }) => url.pathname.endsWith(`/${id}`));
    Object.assign(product, body);
    return json(response, product);
  }
  return problem(response, 404, 'Not here');
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname.startsWith('/dicomweb')) {
    let target = upstream.pathname + request.url.slice('/dicomweb'.length);
    let headers = { ...request.headers };
    const series = /^(.*\/series\/[\d.]+)\/thumbnail(.*)$/.exec(request.url.slice('/dicomweb'.length));
    if (series) {
      // Orthanc has no thumbnail of a series and refuses Chromium's Accept header for images.
      const [instance] = await qido(`${series[1]}/instances?limit=1`);
      target = `${upstream.pathname}${series[1]}/instances/${value(instance, '00080018')}/rendered${series[2]}`;
      headers = { accept: 'image/jpeg' };
    }
    const forward = http.request(
      { host: upstream.hostname, port: upstream.port, path: target, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
        if (request.method === 'POST') answer.on('end', () => void load());
      },
    );
    forward.on('error', () => response.writeHead(502).end());
    return void request.pipe(forward);
  }
  if (url.pathname === '/hubs/viewer/negotiate')
    return json(response, {
      negotiateVersion: 1,
      connectionId: 'c',
      connectionToken: 't',
      availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
    });
  if (url.pathname === '/mock/cut') {
    sockets.clients.forEach((socket) => socket.terminate());
    return json(response, {});
  }
  if (url.pathname === '/mock/replay') {
    studies.forEach((row) => void tell(row, row.story));
    return json(response, {});
  }
  if (url.pathname.startsWith('/api/')) return void api(request, response, url);
  const file = path.join(root, url.pathname === '/' ? 'index.html' : path.normalize(url.pathname));
  if (!file.startsWith(root) || !existsSync(file) || statSync(file).isDirectory()) return response.writeHead(404).end();
  response.writeHead(200, {
    'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': CSP,
  });
  createReadStream(file).pipe(response);
});

// --- the hub: the part of SignalR's JSON protocol that a streaming method needs ---
const sockets = new WebSocketServer({ server, path: '/hubs/viewer' });
sockets.on('connection', (socket) => {
  const mine = new Map();
  const send = (message) => socket.readyState === 1 && socket.send(JSON.stringify(message) + '\x1e');
  const ping = setInterval(() => send({ type: 6 }), 5000);
  socket.on('message', (data) => {
    for (const message of data
      .toString()
      .split('\x1e')
      .filter(Boolean)
      .map((text) => JSON.parse(text))) {
      if (message.protocol) send({});
      if (message.type === 4 && message.target === 'Watch') {
        const [{ study, after }] = message.arguments;
        const watcher = (event) =>
          (study === null || event.study === study) &&
          send({ type: 2, invocationId: message.invocationId, item: event });
        log.filter(({ seq }) => seq > after).forEach(watcher);
        watchers.add(watcher);
        mine.set(message.invocationId, watcher);
      }
      if (message.type === 5) watchers.delete(mine.get(message.invocationId));
    }
  });
  socket.on('close', () => {
    clearInterval(ping);
    mine.forEach((watcher) => watchers.delete(watcher));
  });
});

server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
await load();
if (studies[0]) {
  addReport(
    studies[0].studyUid,
    'CHEST PA.\nModerate right pleural effusion. No pneumothorax. A possible nodule in the left mid zone.',
  );
}
