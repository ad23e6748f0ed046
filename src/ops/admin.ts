import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { UnauthorizedError } from '../errors.ts';

/** Lets through who brings the admin token; without a configured one, nobody. */
export function requireAdmin(token: string | undefined): RequestHandler {
  return (request, _response, next) => {
    if (token === undefined)
      throw new UnauthorizedError('No admin.token is configured, so this route is closed.');
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined)
      throw new UnauthorizedError('Send the admin token: "Authorization: Bearer <admin.token>".');
    if (!timingSafeEqual(digest(given), digest(token)))
      throw new UnauthorizedError('This is not the admin token.');
    next();
  };
}

/** Of equal length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
