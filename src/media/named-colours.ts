import { crc32, deflateSync } from 'node:zlib';

/** Numbers of H.273, by which a picture names its colours (CICP): Display P3, and curves that are close to that of sRGB. */
const p3Primaries = 12;
const plainCurves = [1, 6, 13];

const signatureBytes = 8;
const chunkFrame = 12;

/**
 * Whether the picture says by numbers, instead of a profile, that its colours are those of Display P3, as phones' own
 * are. The library takes no notice of that (sharp 0.35.5).
 */
export function namesP3(bytes: Buffer, type: string): boolean {
  const named = type === 'image/avif' ? namedInAvif(bytes) : namedInPng(bytes);
  return named?.[0] === p3Primaries && plainCurves.includes(named[1]);
}

type Named = [primaries: number, curve: number];

/** An animated PNG is one as well; other types have no such chunk. */
function namedInPng(bytes: Buffer): Named | undefined {
  for (const { type, start } of pngChunks(bytes)) {
    if (type === 'cICP' && start + 2 <= bytes.length) return [bytes[start]!, bytes[start + 1]!];
    // It stands in front of the pixels, if anywhere.
    if (type === 'IDAT') return undefined;
  }
  return undefined;
}

function* pngChunks(bytes: Buffer) {
  if (bytes.toString('latin1', 1, 4) !== 'PNG') return;
  for (let at = signatureBytes; at + chunkFrame <= bytes.length;) {
    yield { type: bytes.toString('latin1', at + 4, at + 8), start: at + 8 };
    at += chunkFrame + bytes.readUInt32BE(at);
  }
}

function namedInAvif(bytes: Buffer): Named | undefined {
  const mark = 'colrnclx';
  const at = bytes.indexOf(mark, 0, 'latin1');
  const start = at + mark.length;
  if (at < 0 || start + 4 > bytes.length) return undefined;
  return [bytes.readUInt16BE(start), bytes.readUInt16BE(start + 2)];
}

/** The same PNG, with its colours told by a profile. */
export function withProfile(png: Buffer, profile: Buffer): Buffer {
  // Behind the header, which is the first chunk and always as long.
  const end = signatureBytes + chunkFrame + 13;
  const body = Buffer.concat([Buffer.from('iCCPprofile\0\0', 'latin1'), deflateSync(profile)]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, end), length, body, sum, png.subarray(end)]);
}
