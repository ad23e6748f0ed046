import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ContentUnsupportedError, PayloadInvalidError, RequestIncompleteError } from '../errors.ts';
import { BodyBytes, isShredded, tooLarge } from './body-bytes.ts';
import type { BodyShare } from './body-budget.ts';

/** How much of a refused body is still read, and for how long, so that the sender gets to read the answer. */
const drainBytes = 64 * 1024 * 1024;
const drainMs = 5000;

export interface BodyLimits {
  readonly maxBytes: number;
  /** Of the memory for all bodies; what is read stays counted until its owner gives it back. */
  readonly share: BodyShare;
}

/** A map, so that `constructor` is no encoding. */
const decoders: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * The bytes of a request with its content encoding undone, counted on both sides of it: a body that inflates without
 * end stops at the limit.
 *
 * @throws PayloadTooLargeError, ContentUnsupportedError, PayloadInvalidError, RequestIncompleteError, ServerBusyError
 */
export async function readBody(request: IncomingMessage, { maxBytes, share }: BodyLimits): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.destroyed) throw incomplete(); // while it waited for its turn
  const decoder = decoderOf(request);
  // Piped, not in a pipeline: that would destroy the request, and with it the connection that the answer needs.
  const output = decoder === undefined ? request : request.pipe(decoder);
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const body = new BodyBytes(maxBytes, share);
      const add = (piece: Buffer): void => {
        try {
          body.add(piece);
        } catch (error) {
          output.removeListener('data', add);
          reject(error instanceof Error ? error : incomplete());
        }
      };
      if (decoder !== undefined)
        request.on(
          'data',
          whileSmall(maxBytes, () => reject(tooLarge(maxBytes))),
        );
      output.on('data', add);
      output.once('end', () => resolve(body.bytes));
      decoder?.once('error', () => {
        reject(new PayloadInvalidError('The body is not what its content encoding says.'));
      });
      request.once('error', () => reject(incomplete()));
      request.once('close', () => {
        if (!request.complete) reject(incomplete());
      });
    });
  } finally {
    request.unpipe();
    request.removeAllListeners('data');
    output.removeAllListeners('data');
    decoder?.destroy();
  }
}

/** Reads on and throws away, bounded: an answer is lost where the connection closes while the sender still writes. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, drainMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', whileSmall(drainBytes, end)).once('end', end).once('close', end).once('error', end);
    request.resume();
  });
  request.removeAllListeners('data');
}

function decoderOf({ headers }: IncomingMessage): Transform | undefined {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return undefined;
  const create = decoders.get(encoding);
  if (create !== undefined) return create();
  throw new ContentUnsupportedError('The content encoding is none of gzip, deflate, br and identity.');
}

/** Calls `over` where the bytes are too many, or too many for what is in them. */
function whileSmall(maxBytes: number, over: () => void): (piece: Buffer) => void {
  let size = 0;
  let pieces = 0;
  return (piece) => {
    size += piece.length;
    pieces += 1;
    if (size > maxBytes || isShredded(pieces, size)) over();
  };
}

function incomplete(): RequestIncompleteError {
  return new RequestIncompleteError('The connection ended before the body did.');
}
