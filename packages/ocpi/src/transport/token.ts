import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../exchange/surroundings.ts';

/** OCPI credentials: string(64), printable ASCII without blanks. */
const TOKEN = /^[\x21-\x7e]{1,64}$/;
/** RFC 4648 section 4 with padding. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** 256 bits as 64 hex digits: the length OCPI allows, and safe in a command line, a URL and a spreadsheet. */
export function makeToken(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(32)).toString('hex');
}

/** SHA-256 in hex; enough for tokens because they are random, not chosen by people. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** Compares two hex hashes without telling by the time taken where they differ. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === right.length && left.length > 0 && timingSafeEqual(left, right);
}

/** `Authorization` value: `Token <base64>`; `raw` for platforms before 2.2-d2. */
export function authorizationOf(token: string, raw: boolean): string {
  return `Token ${raw ? token : Buffer.from(token, 'utf8').toString('base64')}`;
}

/** What an `Authorization` header may mean: the decoded token, and the text itself for peers that are known to send it raw. */
export interface PresentedToken {
  readonly decoded?: string;
  readonly raw?: string;
}

/** undefined: not `Token`, one blank, one text. The scheme is case-insensitive (RFC 9110 11.1). */
export function readAuthorization(header: string | undefined): PresentedToken | undefined {
  const text = /^token (\S+)$/i.exec(header ?? '')?.[1];
  if (text === undefined || text.length > 255) return undefined;
  const decoded = BASE64.test(text) ? Buffer.from(text, 'base64').toString('utf8') : undefined;
  return {
    ...(decoded !== undefined && TOKEN.test(decoded) ? { decoded } : {}),
    ...(TOKEN.test(text) ? { raw: text } : {}),
  };
}
