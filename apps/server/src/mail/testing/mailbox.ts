import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';

/** A letter that arrived. */
export interface Received {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The line was under TLS. */
  readonly isSecure: boolean;
  readonly user: string | undefined;
}

/** A mail server of its own, over real SMTP, in front of everybody's mailbox. */
export interface Mailbox {
  /** What SMAC_MAIL_* say to reach it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly received: readonly Received[];
  /**
   * Answers of the next letters to a recipient, in order: 0 takes it, others are SMTP replies, with their enhanced code where there is one
   * (`550 5.1.1`); afterwards all are taken.
   */
  readonly replies: (number | string)[];
  /** While set, the word about a whole letter waits for it. */
  hold: Promise<void> | undefined;
  /** Recipients named so far. */
  asked(): number;
  /** Letters to one address, oldest first. */
  to(address: string): readonly Received[];
  close(): Promise<void>;
}

const USER = 'smac';
const SECRET = 'p@ss word';
const pem = (name: string) => fileURLToPath(new URL(`../../main/testing/tls-${name}.pem`, import.meta.url));

export async function mailbox(tls: 'from-start' | 'starttls' | 'none' = 'from-start'): Promise<Mailbox> {
  const received: Received[] = [];
  const replies: (number | string)[] = [];
  let asked = 0;
  const server = new SMTPServer({
    secure: tls === 'from-start',
    ...(tls === 'none' ? { disabledCommands: ['STARTTLS'] } : {}),
    allowInsecureAuth: tls === 'none',
    cert: readFileSync(pem('cert')),
    key: readFileSync(pem('key')),
    logger: false,
    onAuth({ username, password }, _session, done) {
      if (username === USER && password === SECRET) done(null, { user: USER });
      else done(new Error('no'));
    },
    onRcptTo(_address, _session, done) {
      asked += 1;
      const reply = replies.shift() ?? 0;
      if (reply === 0) done();
      else {
        const [code, ...enhanced] = String(reply).split(' ');
        done(Object.assign(new Error([...enhanced, 'said no'].join(' ')), { responseCode: Number(code) }));
      }
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const [to] = session.envelope.rcptTo;
        received.push({
          ...readLetter(Buffer.concat(chunks).toString('utf8')),
          to: to?.address ?? '',
          isSecure: session.secure,
          user: session.user as string | undefined,
        });
        void Promise.resolve(box.hold).then(() => done());
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as AddressInfo;
  const scheme = tls === 'from-start' ? 'smtps' : 'smtp';
  const box: Mailbox = {
    settings: {
      SMAC_MAIL_URL: `${scheme}://${USER}:${encodeURIComponent(SECRET)}@127.0.0.1:${port}`,
      SMAC_MAIL_FROM: 'SMAC Barcelona <desk@example.org>',
      SMAC_PUBLIC_URL: 'https://smac.example.org',
      ...(tls === 'none' ? {} : { SMAC_MAIL_CA: pem('cert') }),
    },
    received,
    replies,
    hold: undefined,
    asked: () => asked,
    to: (address) => received.filter((one) => one.to === address),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return box;
}

/** Head and text of a letter of one part (RFC 5322, 2045 and 2047). */
function readLetter(raw: string): Pick<Received, 'subject' | 'text' | 'headers'> {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const body = raw.slice(end + 4);
  const encoding = headers['content-transfer-encoding'];
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? unquoted(body.replaceAll('=\r\n', ''))
        : body;
  const subject = (headers.subject ?? '')
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_word, kind: string, told: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(told, 'base64').toString('utf8')
        : unquoted(told.replaceAll('_', ' ')),
    );
  return { subject, text: text.replaceAll('\r\n', '\n').trim(), headers };
}

/** RFC 2045 6.7. */
function unquoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_code, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
