import { crc32 } from 'node:zlib';
import { InboxDamagedError } from '../../errors.ts';
import type { Submission } from '../acceptance.ts';

const prefixBytes = 8;

type Head = Omit<Submission, 'body'>;

/** A submission as one value: CRC-32 of the rest, length of the head, the head as JSON, the body as it was received. */
export function encodeEntry({ body, ...head }: Submission): Buffer {
  const json = Buffer.from(JSON.stringify(head satisfies Head));
  const value = Buffer.concat([Buffer.alloc(prefixBytes), json, body]);
  value.writeUInt32LE(json.length, 4);
  value.writeUInt32LE(crc32(value.subarray(4)), 0);
  return value;
}

/** @throws InboxDamagedError where the value is not what was written */
export function decodeEntry(value: Buffer): Submission {
  if (value.length < prefixBytes || crc32(value.subarray(4)) !== value.readUInt32LE(0)) {
    throw new InboxDamagedError('An entry of the inbox is not what was written.');
  }
  const bodyStart = prefixBytes + value.readUInt32LE(4);
  const head = JSON.parse(value.toString('utf8', prefixBytes, bodyStart)) as Head;
  return { ...head, body: value.subarray(bodyStart) };
}
