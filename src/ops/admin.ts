import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { UnauthorizedError } from '../errors.ts';

/** Lets through who brings the admin token; without a configured one, nobody. */
export function requireAdmin(token: string | undefined): RequestHandler {
  return (request, response, next) => {
    const refusal = refusalOf(request.headers.authorization ?? '', token);
    if (refusal === undefined) {
      next();
      return;
    }
    response.set('www-authenticate', 'Bearer');
    throw new UnauthorizedError(refusal);
  };
}

function refusalOf(authorization: string, token: string | undefined): string | undefined {
  if (token === undefined) return 'No admin.token is configured, so this route is closed.';
  const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (given === undefined) return 'Send the admin token: "Authorization: Bearer <admin.token>".';
  return timingSafeEqual(digest(given), digest(token)) ? undefined : 'This is not the admin token.';
}

/** Of equal length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
