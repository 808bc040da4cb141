import { type Outcome, type Refused, refused } from '../exchange/outcome.ts';
import type { PageRequest } from '../exchange/ports.ts';
import { parseDateTime } from '../model/index.ts';

/** Page size when the client names none. */
const DEFAULT_LIMIT = 100;

/** Reads date_from, date_to, offset and limit of a paginated GET (OCPI transport_and_format, Pagination). */
export function readPage(
  query: URLSearchParams,
  maxPageSize: number,
  dateFromRequired: boolean,
): Outcome<PageRequest> {
  const dateFrom = readDate(query, 'date_from');
  if (!dateFrom.ok) return dateFrom;
  const dateTo = readDate(query, 'date_to');
  if (!dateTo.ok) return dateTo;
  if (dateFromRequired && dateFrom.data === undefined) {
    return refused('invalidParameters', 'date_from is missing; give the oldest last_updated wanted.');
  }
  const offset = readCount(query, 'offset', 0);
  if (!offset.ok) return offset;
  const limit = readCount(query, 'limit', Math.min(DEFAULT_LIMIT, maxPageSize));
  if (!limit.ok) return limit;
  if (limit.data === 0) return refused('invalidParameters', 'limit is 0; ask for at least one object.');
  return {
    ok: true,
    data: {
      ...(dateFrom.data === undefined ? {} : { dateFromMs: dateFrom.data }),
      ...(dateTo.data === undefined ? {} : { dateToMs: dateTo.data }),
      offset: offset.data,
      limit: Math.min(limit.data, maxPageSize),
    },
  };
}

function readDate(query: URLSearchParams, name: string): Outcome<number | undefined> {
  const values = query.getAll(name);
  if (values.length === 0) return { ok: true, data: undefined };
  const ms = values.length === 1 ? parseDateTime(values[0] ?? '') : undefined;
  if (ms !== undefined) return { ok: true, data: ms };
  return badParameter(name, 'an OCPI DateTime in UTC such as 2026-01-08T12:00:00Z');
}

function readCount(query: URLSearchParams, name: string, fallback: number): Outcome<number> {
  const values = query.getAll(name);
  if (values.length === 0) return { ok: true, data: fallback };
  const text = values.length === 1 ? (values[0] ?? '') : '';
  if (/^\d{1,15}$/.test(text)) return { ok: true, data: Number(text) };
  return badParameter(name, 'a whole number from 0');
}

function badParameter(name: string, wanted: string): Refused {
  return refused('invalidParameters', `${name} is not ${wanted}.`);
}

/**
 * Link, X-Total-Count and X-Limit. Link names the next page with every filter of this request and is absent on the last one;
 * X-Limit is the cap of the server, not the number of objects returned.
 */
export function pageHeaders(
  endpoint: string,
  query: URLSearchParams,
  page: PageRequest,
  returned: number,
  totalCount: number,
  maxPageSize: number,
): Record<string, string> {
  const headers: Record<string, string> = {
    'X-Total-Count': String(totalCount),
    'X-Limit': String(maxPageSize),
  };
  const next = page.offset + returned;
  if (returned > 0 && next < totalCount) {
    const following = new URLSearchParams(query);
    following.set('offset', String(next));
    following.set('limit', String(page.limit));
    headers.Link = `<${endpoint}?${following}>; rel="next"`;
  }
  return headers;
}

/** URL of the next page from a `Link` header (RFC 8288), or undefined when there is none. */
export function nextLink(header: string | undefined): string | undefined {
  for (const match of (header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^\s";,]+))*)/g)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))/i.exec(match[2] ?? '');
    const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next')) return match[1];
  }
  return undefined;
}
