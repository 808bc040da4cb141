import { createTransport } from 'nodemailer';
import type { MailServer } from '../config/index.ts';
import type { Letter } from './letter.ts';

/** Hands one letter to the mail server. */
export interface Carrier {
  carry(letter: Letter, messageId: string): Promise<Carried>;
}

export type Carried =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** What the mail server will never take: this letter, or any for this mailbox. Otherwise it is worth another attempt. */
      readonly never: 'letter' | 'mailbox' | undefined;
      /** Codes alone: the words of a mail server may repeat the address or the secret. */
      readonly fault: string;
    };

export interface CarrierOptions {
  readonly server: MailServer;
  readonly from: string;
  /** PEM of the authority that is believed for the mail server; undefined: the public ones. */
  readonly authority: string | undefined;
}

const ANSWER_MS = 30_000;

/** SMTP (RFC 5321) with TLS 1.2 or newer: mail servers that speak 1.2 alone are still common, and a letter that stays is worse. */
export function createCarrier({ server, from, authority }: CarrierOptions): Carrier {
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'from-start',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(authority === undefined ? {} : { ca: authority }) },
    ...(server.login === undefined ? {} : { auth: { user: server.login.user, pass: server.login.password } }),
    connectionTimeout: ANSWER_MS,
    greetingTimeout: ANSWER_MS,
    socketTimeout: ANSWER_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async carry({ to, subject, text, unsubscribeUrl }, messageId) {
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          messageId,
          headers: {
            // Nobody's absence note answers a machine (RFC 3834).
            'Auto-Submitted': 'auto-generated',
            ...(unsubscribeUrl === undefined
              ? {}
              : { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
          },
          ...(unsubscribeUrl === undefined ? {} : { list: { unsubscribe: unsubscribeUrl } }),
        });
        return { ok: true };
      } catch (error) {
        return faultOf(error);
      }
    },
  };
}

/** What is wrong with line, certificate, login or sender an operator can mend; what these commands are refused for good is not. */
const NEVER: ReadonlyMap<unknown, 'letter' | 'mailbox'> = new Map([
  ['RCPT TO', 'mailbox'],
  ['DATA', 'letter'],
]);

function faultOf(error: unknown): Carried {
  const { code, command, responseCode } = error as Readonly<Record<string, unknown>>;
  const never = Number(responseCode) >= 500 ? NEVER.get(command) : undefined;
  const fault = [code, responseCode].filter((part) => part !== undefined).join(' ');
  return { ok: false, never, fault: fault === '' ? 'failed' : fault };
}
