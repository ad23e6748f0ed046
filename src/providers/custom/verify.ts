import {
  equalInConstantTime,
  type Outgoing,
  type RawRequest,
  signatureHeader,
  SignatureInvalidError,
} from '#provider-kit';
import { signEd25519, verifyEd25519 } from './ed25519.ts';
import { signHmac, verifyHmac } from './hmac.ts';
import type { Settings } from './settings.ts';
import { signStandard, verifyStandard } from './standard-webhooks.ts';
import { signTwilio, verifyTwilio } from './twilio.ts';

/** By the scheme of the configuration; nothing that a request says chooses it. */
export function verify(request: RawRequest, settings: Settings): void {
  const { signature: scheme } = settings;
  switch (scheme.scheme) {
    case 'hmac':
      return verifyHmac(request, settings, scheme);
    case 'ed25519':
      return verifyEd25519(request, settings, scheme);
    case 'standard-webhooks':
      return verifyStandard(request, settings, scheme);
    case 'twilio':
      return verifyTwilio(request, settings);
    case 'token': {
      const given = signatureHeader(request, scheme.header);
      if (!settings.webhook_secret.some((secret) => equalInConstantTime(given, scheme.prefix + secret))) {
        throw new SignatureInvalidError('signature-mismatch');
      }
    }
  }
}

export function sign(outgoing: Outgoing, settings: Settings): Record<string, string> {
  const { signature: scheme } = settings;
  switch (scheme.scheme) {
    case 'hmac':
      return signHmac(outgoing, settings, scheme);
    case 'ed25519':
      return signEd25519(outgoing, settings, scheme);
    case 'standard-webhooks':
      return signStandard(outgoing, settings, scheme);
    case 'twilio':
      return signTwilio(outgoing, settings);
    case 'token':
      return { [scheme.header]: scheme.prefix + settings.webhook_secret[0] };
  }
}
