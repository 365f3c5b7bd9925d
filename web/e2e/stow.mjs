import { readFileSync } from 'node:fs';
import path from 'node:path';

const SAMPLES = path.resolve(import.meta.dirname, '../../tests/samples/chest-xray');

/**
 * A sample image as a study of its own: its UIDs are exchanged for fresh ones of the same length, so that nothing else in
 * the file moves and each call makes a study that the host has never seen.
 */
export function freshStudy(name, { patient, pixels } = {}) {
  const bytes = readFileSync(path.join(SAMPLES, `${name}.dcm`));
  const uids = {};
  for (const [key, tag] of [
    ['sop', [0x08, 0x18]],
    ['study', [0x20, 0x0d]],
    ['series', [0x20, 0x0e]],
  ]) {
    const old = uid(bytes, tag);
    uids[key] = old.slice(0, -14) + String(Math.floor(Math.random() * 9e13) + 1e13);
    replaceAll(bytes, old, uids[key]);
  }
  if (patient) {
    replaceText(bytes, [0x10, 0x10], 'PN', patient);
  }
  if (pixels) {
    const start = bytes.lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00])) + 12;
    for (let i = start; i < bytes.length; i++) {
      bytes[i] = pixels(i - start);
    }
  }
  return { bytes, ...uids };
}

/** The value of a UI element, explicit little endian. */
function uid(bytes, [group, element]) {
  const at = bytes.indexOf(Buffer.from([group, 0, element, 0, 0x55, 0x49]), 132);
  return bytes.toString('latin1', at + 8, at + 8 + bytes.readUInt16LE(at + 6)).replace(/\0+$/, '');
}

function replaceAll(bytes, from, to) {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + to.length)) {
    bytes.write(to, at, 'latin1');
  }
}

function replaceText(bytes, [group, element], vr, text) {
  const at = bytes.indexOf(Buffer.from([group, 0, element, 0, vr.charCodeAt(0), vr.charCodeAt(1)]), 132);
  const length = bytes.readUInt16LE(at + 6);
  bytes.write(text.slice(0, length).padEnd(length), at + 8, 'latin1');
}

/** Stores images over STOW-RS, as any modality or script would. */
export async function stow(base, ...studies) {
  const boundary = 'qurehost-e2e';
  const body = Buffer.concat([
    ...studies.flatMap(({ bytes }) => [
      Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  const response = await fetch(`${base}/dicomweb/studies`, {
    method: 'POST',
    headers: {
      'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      Accept: 'application/dicom+json',
    },
    body,
  });
  if (!response.ok) {
    throw new Error(`STOW-RS answered ${response.status}: ${await response.text()}`);
  }
}
