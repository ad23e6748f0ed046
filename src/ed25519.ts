import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** DER prefixes of RFC 8410: node:crypto takes keys as SPKI and PKCS #8, senders give the 32 bytes. */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param bytes the 32 bytes of a public key */
export function publicKeyOf(bytes: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiPrefix, bytes]), format: 'der', type: 'spki' });
}

/** @param bytes the 32 bytes of a private key's seed */
export function privateKeyOf(bytes: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, bytes]), format: 'der', type: 'pkcs8' });
}
