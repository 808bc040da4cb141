import { codeAt, fromBase32, stepAt } from '../../operators/accounts/one-time-code.ts';
import type { StaffRole } from '../../store/tables/accounts.ts';
import type { TestServer } from './test-server.ts';

/** A browser's side of a sign-in, over real HTTP. */
export interface SignedIn {
  readonly accountId: string;
  readonly email: string;
  readonly password: string;
  /** Base32 seed of the one-time codes. */
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** `name=value`, as a browser sends it. */
  readonly cookie: string;
  readonly csrfToken: string;
  call<T = Fields>(method: string, path: string, body?: unknown): Promise<Heard<T>>;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Heard<T = Fields> {
  readonly status: number;
  readonly headers: Headers;
  readonly json: T;
}

export interface MeAnswer {
  readonly id: string;
  readonly role: string;
  readonly email: string | null;
  readonly rights: readonly string[];
  readonly csrfToken: string;
  readonly recoveryCodesLeft: number;
  readonly session: Readonly<Record<'handle' | 'idleEnds' | 'ends', string>> & {
    readonly steppedUpUntil: string | null;
  };
}

export const PASSWORD = 'violet tram under eleven lamps';

/** Calls with what is given and nothing else. */
export async function plainCall<T = Fields>(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Heard<T>> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    headers: answer.headers,
    json: (isJson ? JSON.parse(text) : { text }) as T,
  };
}

/** The cookie an answer sets, as a browser sends it back. */
export function cookieIn({ headers }: Pick<Heard, 'headers'>): string {
  return headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** What the authenticator app shows at that time. */
export function oneTimeCode(secret: string, atMs: number): string {
  return codeAt(fromBase32(secret), stepAt(atMs));
}

/** Invites somebody, accepts as they would, and stays signed in; the code of this time step is used up. */
export async function signedIn(
  server: Pick<TestServer, 'accounts' | 'url'>,
  role: StaffRole,
  nowMs: number,
  email = `${role}@example.org`,
  peerId?: string,
): Promise<SignedIn> {
  const invited = await server.accounts.addStaff(
    { email, role, ...(peerId === undefined ? {} : { peerId }) },
    'test',
  );
  if (!invited.ok) throw new Error(invited.sentence);
  const { token, accountId } = invited.data;
  const url = (path: string) => `${server.url}${path}`;
  const opened = await plainCall<{ secret: string }>(url('/api/auth/invitation'), 'POST', { token });
  const { secret } = opened.json;
  const accepted = await plainCall<{ me: MeAnswer; recoveryCodes: string[] }>(
    url('/api/auth/accept'),
    'POST',
    {
      token,
      password: PASSWORD,
      code: oneTimeCode(secret, nowMs),
    },
  );
  if (accepted.status !== 200) throw new Error(JSON.stringify(accepted.json));
  const cookie = cookieIn(accepted);
  const { csrfToken } = accepted.json.me;
  return {
    accountId,
    email,
    password: PASSWORD,
    secret,
    recoveryCodes: accepted.json.recoveryCodes,
    cookie,
    csrfToken,
    call: (method, path, body) => plainCall(url(path), method, body, { cookie, 'x-csrf-token': csrfToken }),
  };
}
