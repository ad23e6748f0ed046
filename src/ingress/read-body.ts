import type { IncomingMessage } from 'node:http';
import { pipeline, Writable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import {
  ContentUnsupportedError,
  PayloadInvalidError,
  PayloadTooLargeError,
  RequestIncompleteError,
} from '../errors.ts';

/** How much of an oversized body is still read, and for how long, so that the sender gets to read the answer. */
const drainBytes = 64 * 1024 * 1024;
const drainMs = 5000;

const decoders: Readonly<Record<string, (() => NodeJS.ReadWriteStream) | undefined>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The bytes of a request, with its content encoding undone, counted on both sides of it.
 *
 * @throws PayloadTooLargeError, ContentUnsupportedError, PayloadInvalidError, RequestIncompleteError
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const claimed = Number(request.headers['content-length'] ?? 0);
  try {
    if (claimed > maxBytes) throw tooLarge(maxBytes);
    if (encoding === 'identity') return await collect([request], maxBytes);
    const decoder = decoders[encoding];
    if (decoder === undefined) {
      throw new ContentUnsupportedError(
        'The content encoding is not known; gzip, deflate, br and identity are.',
      );
    }
    return await collect([request, decoder()], maxBytes);
  } catch (error) {
    if (request.errored !== null || (request.destroyed && !request.complete)) {
      throw new RequestIncompleteError('The connection ended before the body did.', { cause: error });
    }
    await drain(request);
    throw error;
  }
}

async function collect(
  stages: readonly (IncomingMessage | NodeJS.ReadWriteStream)[],
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) {
        done(tooLarge(maxBytes));
        return;
      }
      chunks.push(chunk);
      done();
    },
  });
  await new Promise<void>((resolve, reject) => {
    const [request, decoder] = stages as [IncomingMessage, NodeJS.ReadWriteStream | undefined];
    const finish = (error: Error | null | undefined): void => {
      if (error === null || error === undefined) resolve();
      else reject(asBodyError(error));
    };
    request.once('aborted', () =>
      sink.destroy(new RequestIncompleteError('The connection ended before the body did.')),
    );
    // The request itself is piped by hand: a pipeline would destroy it, and with it the connection that the answer needs.
    const head = decoder ?? sink;
    request.pipe(head);
    if (decoder === undefined) sink.once('finish', () => resolve()).once('error', finish);
    else pipeline(decoder, sink, finish);
    request.once('error', finish);
  });
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}

function asBodyError(error: Error): Error {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^(?:Z_|ERR__?ZLIB|ERR_BROTLI|ERR__ERROR)/.test(code) || code.startsWith('ERR_')) {
    return code === 'ERR_STREAM_PREMATURE_CLOSE'
      ? error
      : new PayloadInvalidError('The body is not what its content encoding says.');
  }
  return error;
}

/** Reads on and throws away, bounded: an answer is lost when the connection closes while the sender still writes. */
async function drain(request: IncomingMessage): Promise<void> {
  request.unpipe();
  let left = drainBytes;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, drainMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (request.complete && request.readableEnded) {
      end();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) end();
    });
    request.once('end', end).once('close', end).once('error', end);
    request.resume();
  });
}

function tooLarge(maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(`The body has more than ${maxBytes} bytes, counted after decompression.`);
}
