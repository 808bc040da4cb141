import { lookup as resolve } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { guardUrl, isPublicAddress } from './address-guard.ts';
import type { HttpAnswer, HttpCall, HttpCaller } from './http-caller.ts';
import { type After, afterListening } from './listening-time.ts';

export interface HttpCallerOptions {
  /** From the first packet to the last byte, default 10 s in which this process could hear. */
  readonly timeoutMs?: number;
  /** Longest answer in bytes, default 1 MiB. */
  readonly maxAnswerBytes?: number;
  /** Resolves names; the system's resolver by default. */
  readonly lookup?: LookupFunction;
  /** What the time-out is counted with; the system's timers by default. */
  readonly after?: After;
}

/**
 * Outgoing HTTP over `node:http(s)`: one attempt, no redirects, no keep-alive pool shared with anything else, the address checked
 * after resolution and the connection made to exactly that address.
 */
export function createHttpCaller(options: HttpCallerOptions = {}): HttpCaller {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const maxAnswerBytes = options.maxAnswerBytes ?? 1_048_576;
  return (call) => {
    const guarded = guardUrl(call.url, call.allowPrivateAddresses);
    if ('refusal' in guarded) {
      return Promise.resolve({ ok: false, error: 'address', detail: `The URL ${guarded.refusal}.` });
    }
    return send(guarded.url, call, timeoutMs, maxAnswerBytes, options.lookup ?? resolve, options.after);
  };
}

class RefusedAddress extends Error {}

/** Every address a name resolves to must be public; the socket then connects to one of exactly those. */
function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      const addresses = Array.isArray(address) ? address.map((entry) => entry.address) : [address];
      const inside = error ? undefined : addresses.find((candidate) => !isPublicAddress(candidate));
      if (inside === undefined) return callback(error, address, family);
      callback(new RefusedAddress(`${hostname} resolves to ${inside}, which is not a public address`), '', 0);
    });
  };
}

function send(
  url: URL,
  call: HttpCall,
  timeoutMs: number,
  maxAnswerBytes: number,
  lookup: LookupFunction,
  after: After | undefined,
): Promise<HttpAnswer> {
  const body = typeof call.body === 'string' ? Buffer.from(call.body, 'utf8') : call.body;
  return new Promise((answered) => {
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const timeout = new AbortController();
    const { signal } = timeout;
    const stopWaiting = afterListening(timeoutMs, () => timeout.abort(), after);
    const settle = (answer: HttpAnswer) => {
      stopWaiting();
      answered(answer);
    };
    const fail = (error: unknown) => {
      const detail = error instanceof Error ? error.message : 'the connection failed';
      if (signal.aborted)
        settle({ ok: false, error: 'timeout', detail: `No answer within ${timeoutMs} ms.` });
      else if (error instanceof RefusedAddress) settle({ ok: false, error: 'address', detail: `${detail}.` });
      else settle({ ok: false, error: 'unreachable', detail: `${detail}.` });
    };
    try {
      const outgoing = open(
        url,
        {
          method: call.method,
          headers: { ...call.headers, ...(body === undefined ? {} : { 'Content-Length': body.byteLength }) },
          lookup: call.allowPrivateAddresses ? lookup : guardedLookup(lookup),
          agent: false,
          signal,
        },
        (answer) => {
          answer.on('error', fail);
          collect(answer, maxAnswerBytes, settle);
        },
      );
      outgoing.on('error', fail);
      outgoing.end(body);
    } catch (error) {
      fail(error);
    }
  });
}

function collect(answer: IncomingMessage, maxBytes: number, settle: (answer: HttpAnswer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      settle({ ok: false, error: 'too-large', detail: `The answer is longer than ${maxBytes} bytes.` });
      answer.destroy();
      return;
    }
    chunks.push(chunk);
  });
  answer.on('end', () => {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    settle({
      ok: true,
      status: answer.statusCode ?? 0,
      headers,
      body: Buffer.concat(chunks).toString('utf8'),
    });
  });
}
