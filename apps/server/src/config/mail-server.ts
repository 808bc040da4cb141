import { isLoopback } from './loopback.ts';

/** Who carries e-mail onwards, and how it is reached. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /**
   * `from-start`: TLS before anything is said (RFC 8314); `starttls`: demanded before anything else is said; `none`: on this machine
   * only, where nobody listens in between.
   */
  readonly tls: 'from-start' | 'starttls' | 'none';
  readonly login: { readonly user: string; readonly password: string } | undefined;
}

const USUAL_PORT = { 'smtps:': 465, 'smtp:': 587 } as const;

/** undefined for what is no address of a mail server. */
export function mailServerOf(text: string): MailServer | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'smtps:' && url.protocol !== 'smtp:')) return undefined;
  if (url.hostname === '' || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    return undefined;
  if ((url.username === '') !== (url.password === '')) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const login = loginOf(url);
  if (login === 'unreadable') return undefined;
  return {
    host,
    port: url.port === '' ? USUAL_PORT[url.protocol] : Number(url.port),
    tls: url.protocol === 'smtps:' ? 'from-start' : isLoopback(host) ? 'none' : 'starttls',
    login,
  };
}

function loginOf({ username, password }: URL): MailServer['login'] | 'unreadable' {
  if (username === '') return undefined;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return 'unreadable';
  }
}

/** `desk@example.org` or `SMAC Barcelona <desk@example.org>`: nothing in it may end a header of a letter. */
export const isSender = (text: string): boolean =>
  /^(?:[^<>"@,;:\\\p{Cc}]{1,80} <[^\s@<>,;]{1,64}@[^\s@<>,;]{1,189}>|[^\s@<>,;]{1,64}@[^\s@<>,;]{1,189})$/u.test(
    text,
  );
