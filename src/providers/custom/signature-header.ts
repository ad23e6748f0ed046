import { SignatureInvalidError } from '#provider-kit';
import type { HmacScheme } from './schemes.ts';

/** What a signature header says: the signatures, any of which may match, and the timestamp where it carries one. */
export interface SignatureHeader {
  readonly signatures: readonly string[];
  readonly timestamp: string | undefined;
}

/** More than any sender rotates through; a longer list only costs hashing. */
const maxSignatures = 10;

type Form = Pick<HmacScheme, 'format' | 'separator' | 'key' | 'prefix'> & {
  readonly timestampKey: string | undefined;
};

/** @throws SignatureInvalidError where the header has not the configured form */
export function readSignatureHeader(value: string, form: Form): SignatureHeader {
  const { signatures, timestamp } =
    form.format === 'plain' ? { signatures: [value], timestamp: undefined } : readPairs(value, form);
  if (signatures.length === 0 || signatures.length > maxSignatures)
    throw new SignatureInvalidError('header-malformed');
  return { signatures: signatures.map((signature) => withoutPrefix(signature, form.prefix)), timestamp };
}

/** `t=1492774577,v1=5257…,v1=4f2a…`: repeats of the signature's key are kept, other keys are ignored. */
function readPairs(value: string, { separator, key, timestampKey }: Form): SignatureHeader {
  const pairs = value.split(separator).map((pair): readonly [string, string] => {
    const at = pair.indexOf('=');
    if (at < 1) throw new SignatureInvalidError('header-malformed');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
  const times = pairs.filter(([name]) => name === timestampKey);
  if (times.length > 1) throw new SignatureInvalidError('header-malformed');
  return {
    signatures: pairs.filter(([name]) => name === key).map(([, signature]) => signature),
    timestamp: times[0]?.[1],
  };
}

function withoutPrefix(signature: string, prefix: string): string {
  if (!signature.startsWith(prefix)) throw new SignatureInvalidError('header-malformed');
  return signature.slice(prefix.length);
}
