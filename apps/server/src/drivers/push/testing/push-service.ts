import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a browser would have shown, and how it came. */
export interface Arrived {
  /** Path of the subscription. */
  readonly path: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Claims of the verified token. */
  readonly claims: { readonly aud: string; readonly exp: number; readonly sub?: string };
}

/** A browser that subscribed: what it tells the server, and what reads its messages. */
export interface Subscribed {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** A push service and the browsers behind it, over real HTTP: verifies who sends (RFC 8292) and decrypts (RFC 8291). */
export interface PushService {
  readonly origin: string;
  readonly arrived: Arrived[];
  /** Answers of the next requests, in order; afterwards 201. */
  readonly answers: { readonly status: number; readonly headers?: Record<string, string> }[];
  /** Requests of any kind so far. */
  asked(): number;
  subscribe(publicKey: string): Subscribed;
  close(): Promise<void>;
}

export async function pushService(): Promise<PushService> {
  const browsers = new Map<string, { open: (body: Buffer) => string; publicKey: string }>();
  const arrived: Arrived[] = [];
  const answers: PushService['answers'] = [];
  let asked = 0;
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      const next = answers.shift();
      if (next !== undefined) return void response.writeHead(next.status, next.headers).end();
      const path = request.url ?? '';
      const browser = browsers.get(path);
      if (browser === undefined) return void response.writeHead(404).end();
      const claims = claimsOf(request.headers.authorization ?? '', browser.publicKey);
      if (claims === undefined) return void response.writeHead(403).end();
      const text = browser.open(Buffer.concat(chunks));
      arrived.push({ path, text, headers: request.headers, claims });
      response.writeHead(201).end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    origin,
    arrived,
    answers,
    asked: () => asked,
    subscribe(publicKey) {
      const pair = createECDH('prime256v1');
      pair.generateKeys();
      const auth = randomBytes(16);
      const path = `/send/${randomBytes(12).toString('base64url')}`;
      browsers.set(path, { open: (body) => opened(body, pair.getPrivateKey(), auth), publicKey });
      return {
        endpoint: `${origin}${path}`,
        p256dh: pair.getPublicKey('base64url'),
        auth: auth.toString('base64url'),
      };
    },
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** RFC 8291 3 and RFC 8188 2, from the side that reads. */
export function opened(body: Buffer, privateKey: Uint8Array, auth: Uint8Array): string {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(privateKey);
  const salt = body.subarray(0, 16);
  const keyEnd = 21 + body.readUInt8(20);
  const sender = body.subarray(21, keyEnd);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), sender]);
  const secret = Buffer.from(hkdfSync('sha256', pair.computeSecret(sender), auth, info, 32));
  const part = (name: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${name}\0`, bytes));
  const record = body.subarray(keyEnd);
  assert.ok(record.length <= body.readUInt32BE(16), 'one record');
  const decipher = createDecipheriv('aes-128-gcm', part('aes128gcm', 16), part('nonce', 12));
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  assert.ok(end >= 0 && padded.subarray(end + 1).every((byte) => byte === 0), 'delimiter of the last record');
  return padded.subarray(0, end).toString('utf8');
}

/** RFC 8292 3: signed with the very key that was subscribed with. */
export function claimsOf(authorization: string, publicKey: string): Arrived['claims'] | undefined {
  const [, token = '', key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  if (key !== publicKey) return undefined;
  const [head = '', claims = '', signature = ''] = token.split('.');
  assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url').toString()), { typ: 'JWT', alg: 'ES256' });
  const point = Buffer.from(publicKey, 'base64url');
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    {
      key: createPublicKey({
        format: 'jwk',
        key: {
          kty: 'EC',
          crv: 'P-256',
          x: point.subarray(1, 33).toString('base64url'),
          y: point.subarray(33).toString('base64url'),
        },
      }),
      dsaEncoding: 'ieee-p1363',
    },
    Buffer.from(signature, 'base64url'),
  );
  return isSigned ? JSON.parse(Buffer.from(claims, 'base64url').toString()) : undefined;
}
