import { crc32 } from 'node:zlib';
import { InboxDamagedError } from '../../errors.ts';
import type { Submission } from '../acceptance.ts';

/** What every entry begins with: it can be found again in a file whose order is lost. */
export const entryMagic = Buffer.from('FSInbox1', 'latin1');

/** After the magic: CRC-32 of all that follows it, length of the whole, place in the order, length of the head. */
const field = { crc: 8, length: 12, sequence: 16, headLength: 22 } as const;
const sequenceBytes = 6;
export const prefixBytes = 26;

type Head = Omit<Submission, 'body'>;

/** A submission as one value: the prefix, the head as JSON, the body as it was received. */
export function encodeEntry(sequence: number, { body, ...head }: Submission): Buffer {
  const json = Buffer.from(JSON.stringify(head satisfies Head));
  const value = Buffer.concat([entryMagic, Buffer.alloc(prefixBytes - entryMagic.length), json, body]);
  value.writeUInt32LE(value.length, field.length);
  value.writeUIntLE(sequence, field.sequence, sequenceBytes);
  value.writeUInt32LE(json.length, field.headLength);
  value.writeUInt32LE(crc32(value.subarray(field.length)), field.crc);
  return value;
}

/** @throws InboxDamagedError where the value is not what was written */
export function decodeEntry(value: Buffer): Submission {
  if (!isSound(value)) throw new InboxDamagedError('An entry of the inbox is not what was written.');
  const bodyStart = prefixBytes + value.readUInt32LE(field.headLength);
  const head = JSON.parse(value.toString('utf8', prefixBytes, bodyStart)) as Head;
  return { ...head, body: value.subarray(bodyStart) };
}

export function isSound(value: Buffer): boolean {
  return (
    value.length >= prefixBytes &&
    value.subarray(0, entryMagic.length).equals(entryMagic) &&
    value.readUInt32LE(field.length) === value.length &&
    value.readUInt32LE(field.crc) === crc32(value.subarray(field.length))
  );
}

/** What the prefix of an entry says of it; true only where the entry is sound. */
export function readPrefix(prefix: Buffer): { readonly length: number; readonly sequence: number } {
  return {
    length: prefix.readUInt32LE(field.length),
    sequence: prefix.readUIntLE(field.sequence, sequenceBytes),
  };
}
