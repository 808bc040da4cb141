import { type Config, mailServerOf } from '../config/index.ts';
import { createMail, type Mail, type MailOptions } from '../mail/index.ts';

/** E-mail as configured; undefined where no mail server is set. */
export function openMail(
  { mailUrl, mailFrom, mailCa, dataDir }: Config,
  around: Pick<MailOptions, 'store' | 'clock' | 'random' | 'activity' | 'log' | 'unreachable'>,
): Mail | undefined {
  const server = mailUrl === undefined ? undefined : mailServerOf(mailUrl);
  if (server === undefined || mailFrom === undefined) return undefined;
  return createMail({ ...around, dataDir, server, from: mailFrom, authority: mailCa });
}
