import { PayloadInvalidError, PayloadTooLargeError } from '../errors.ts';
import type { BodyShare } from './body-budget.ts';

const firstBytes = 16 * 1024;
/** A body may come in this many pieces of any size; beyond, in pieces of some bytes on average. */
const freePieces = 10_000;
const leastBytesAPiece = 16;

/**
 * The bytes of one body, copied into one buffer as they come. A list of the pieces would hold a hundred bytes of memory
 * for each byte of a body whose sender puts every one into a chunk of its own.
 */
export class BodyBytes {
  readonly #maxBytes: number;
  readonly #share: BodyShare;
  #buffer = Buffer.allocUnsafe(firstBytes);
  #length = 0;
  #pieces = 0;

  constructor(maxBytes: number, share: BodyShare) {
    this.#maxBytes = maxBytes;
    this.#share = share;
  }

  /** @throws PayloadTooLargeError, PayloadInvalidError, ServerBusyError */
  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#maxBytes) throw tooLarge(this.#maxBytes);
    this.#pieces += 1;
    if (isShredded(this.#pieces, length))
      throw new PayloadInvalidError('The body comes in too small pieces.');
    this.#share.add(piece.length);
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(piece, this.#length);
    this.#length = length;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(least, Math.min(this.#buffer.length * 2, this.#maxBytes)));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}

/** Whether so many pieces cost more to read than the bytes in them are worth. */
export function isShredded(pieces: number, bytes: number): boolean {
  return pieces > freePieces && bytes < pieces * leastBytesAPiece;
}

export function tooLarge(maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(`The body has more than ${maxBytes} bytes, as sent or once inflated.`);
}
