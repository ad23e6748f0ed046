import { PayloadInvalidError } from '#provider-kit';
import type { Identity, VerifiedRequest } from '#provider-kit';
import { eventOf } from './body.ts';

/** GitHub says both in headers only, the id the same for each redelivery. Headers are not covered by the signature. */
export function identify(request: VerifiedRequest): Identity {
  const id = headerOf(request, 'X-GitHub-Delivery', /^[!-~]{1,128}$/);
  const eventType = headerOf(request, 'X-GitHub-Event', /^[a-z][a-z0-9_]{0,63}$/);
  eventOf(request);
  return { kind: 'delivery', id, eventType };
}

function headerOf({ headers }: VerifiedRequest, name: string, form: RegExp): string {
  const value = headers[name.toLowerCase()];
  if (value === undefined || value === '') throw new PayloadInvalidError(`The header ${name} is missing.`);
  if (!form.test(value))
    throw new PayloadInvalidError(`The header ${name} is not of the form ${form.source}.`);
  return value;
}
