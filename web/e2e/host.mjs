import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const START_MS = 300_000; // A first start builds.

/** Starts the host on a free port with an empty data folder, and waits until it answers. */
export async function startHost() {
  const data = mkdtempSync(path.join(os.tmpdir(), 'qurehost-e2e-'));
  const [http, dimse] = [await freePort(), await freePort()];
  const base = `http://127.0.0.1:${http}`;
  const child = spawn(
    path.join(ROOT, 'qurehost'),
    ['serve', '--urls', base, '--data', data, '--dimse-port', String(dimse), '--auth', 'none'],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  for (const until = Date.now() + START_MS; Date.now() < until;) {
    if (child.exitCode !== null) {
      throw new Error(`The host ended with exit code ${child.exitCode}.`);
    }
    if (
      await fetch(`${base}/health`).then(
        (r) => r.ok,
        () => false,
      )
    ) {
      return { base, stop };
    }
    await new Promise((done) => setTimeout(done, 300));
  }
  await stop();
  throw new Error(`The host did not answer within ${START_MS / 1000} s.`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
