import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Payload, PayloadCodec } from '@temporalio/common';

const encoding = 'encoding';
const marker = 'flowstate-body';
/** Of what was compressed: its size before. The Temporal UI shows it with the reference. */
export const sizeMarker = 'flowstate-body-bytes';
const binary = Buffer.from('binary/plain');
const json = Buffer.from('json/plain');
const gzipped = Buffer.from('binary/gzip');
const openingBrace = 0x7b;

/** Larger bodies are compressed; smaller ones stay as they are, so that the Temporal UI shows them. */
const compressionThresholdBytes = 64 * 1024;
/** What one payload may inflate to; the ingress takes no larger body. */
const maxInflatedBytes = 256 * 1024 * 1024;

const compress = promisify(gzip);
const inflate = promisify(gunzip);

/**
 * Bodies travel as the bytes that were received. A JSON body is labelled as JSON on the wire, byte for byte, so that
 * the Temporal UI and its command line show it; on the way back it is bytes again. Large payloads are compressed.
 */
export const bodyCodec: PayloadCodec = {
  encode: async (payloads) => await Promise.all(payloads.map(encodePayload)),
  decode: async (payloads) => await Promise.all(payloads.map(decodePayload)),
};

async function encodePayload(payload: Payload): Promise<Payload> {
  const { data, metadata } = payload;
  if (data === null || data === undefined) return payload;
  if (data.length > compressionThresholdBytes) {
    const original = metadata?.[encoding] ?? binary;
    const size = Buffer.from(String(data.length));
    return {
      metadata: { ...metadata, [encoding]: gzipped, [marker]: original, [sizeMarker]: size },
      data: await compress(data),
    };
  }
  if (!isEncoded(payload, binary) || data[0] !== openingBrace) return payload;
  return { metadata: { ...metadata, [encoding]: json, [marker]: binary }, data };
}

async function decodePayload(payload: Payload): Promise<Payload> {
  const original = payload.metadata?.[marker];
  if (original === undefined) return payload;
  const data = payload.data ?? new Uint8Array();
  const { [marker]: _marker, [sizeMarker]: _size, ...metadata } = payload.metadata ?? {};
  const plain = isEncoded(payload, gzipped)
    ? await inflate(data, { maxOutputLength: maxInflatedBytes })
    : data;
  return { metadata: { ...metadata, [encoding]: original }, data: plain };
}

function isEncoded({ metadata }: Payload, name: Uint8Array): boolean {
  const value = metadata?.[encoding];
  return value !== undefined && Buffer.compare(value, name) === 0;
}
