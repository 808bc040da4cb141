import { publicPath } from '../components/public-path.ts';
import type { Operations } from './operations.ts';

export type OperationName = keyof Operations;
export type Answer<O extends OperationName> = Operations[O]['answer'];
type Input<O extends OperationName> = Omit<Operations[O], 'answer'>;

/** A refusal of the server: its one sentence, and which fields it is about. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** A word for programs, like `second-factor`; '' where the server gave none. */
  readonly code: string;
  readonly fields: readonly { readonly field: string; readonly problem: string }[];

  constructor(status: number, detail: string, code = '', fields: Refusal['fields'] = []) {
    // Where a field stood in the request is of no use to a person who filled in a form.
    super(detail.replace(/^(?:body|query|path)\.(.)/, (_, first: string) => first.toUpperCase()));
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/** Keeps an API key for this tab only, under the name that the status page uses too. */
const KEY = 'smac-key';
let onSignedOut: () => void = () => {};
/** Counts who asks: an answer that was asked for by nobody yet, or by somebody before, signs nobody out who came since. */
let turnOfWho = 0;

/** Whose sign-in counts on these pages: staff and drivers have cookies of their own, and API keys are for staff. */
let asksAs: 'staff' | 'driver' = 'staff';

export function askAsDriver(): void {
  asksAs = 'driver';
}

export const apiKey = () => (asksAs === 'driver' ? '' : (sessionStorage.getItem(KEY) ?? ''));

export function keepApiKey(key: string): void {
  turnOfWho += 1;
  if (key === '') sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, key);
}

/** `tell` is called whenever the server wants to know who asks. */
export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

/** Asks the server; a cookie of a signed-in person goes along by itself, an API key where one was given. */
export async function call<O extends OperationName>(operation: O, input?: Input<O>): Promise<Answer<O>> {
  const [method = 'GET', template = ''] = operation.split(' ');
  const {
    path = {},
    query = {},
    body,
  } = (input ?? {}) as {
    path?: Readonly<Record<string, string | number>>;
    query?: Readonly<Record<string, string | number>>;
    body?: unknown;
  };
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const answer = await ask(`${filled}${search.size === 0 ? '' : `?${search}`}`, {
    method,
    ...(method === 'GET' ? { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) } : {}),
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const told = (await answer.json()) as Answer<O>;
  if (method === 'GET') answered = Date.now();
  return told;
}

/** A cookie comes along by itself, so a change also needs what only this page can read. Signing in comes before that. */
const needsProof = (path: string, method = 'GET') => method !== 'GET' && !isOpen(path) && isSignedIn();
const isOpen = (path: string) =>
  asksAs === 'driver' ? !path.startsWith('/api/drivers/me') : path.startsWith('/api/auth/');

let token: Promise<string> | undefined;
function csrfToken(): Promise<string> {
  token ??= call(asksAs === 'driver' ? 'GET /api/drivers/me' : 'GET /api/me').then(
    ({ csrfToken: told = '' }) => told,
  );
  token.catch(() => {
    token = undefined;
  });
  return token;
}

const signedInMark = () => (asksAs === 'driver' ? 'smac-drive-signed-in' : 'smac-signed-in');

/** Whether somebody signed in here before: by cookie, which no script can see, or by key. */
export const isSignedIn = () => apiKey() !== '' || localStorage.getItem(signedInMark()) !== null;

export function noteSignedIn(isIn: boolean): void {
  turnOfWho += 1;
  token = undefined;
  if (isIn) localStorage.setItem(signedInMark(), 'yes');
  else localStorage.removeItem(signedInMark());
}

/** An answer that does not come is a lost one: the page says so and asks again. */
const ANSWER_WITHIN_MS = 45_000;
let answered = 0;
/** When a question of this page was last answered, epoch ms; 0: never. */
export const lastAnswerMs = () => answered;

/** One request below the address of this server. @throws Refusal with the server's sentence */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const turn = turnOfWho;
  const key = apiKey();
  const headers = new Headers(init.headers);
  if (key !== '') headers.set('authorization', `Bearer ${key}`);
  else if (needsProof(path, init.method)) headers.set('x-csrf-token', await csrfToken());
  const answer = await fetch(`${publicPath()}${path}`, { ...init, headers });
  if (answer.ok) return answer;
  const told = (await answer.json().catch(() => ({}))) as {
    detail?: string;
    code?: string;
    errors?: Refusal['fields'];
  };
  // A driver who erases the account with a wrong password is still signed in.
  const isOut = asksAs === 'staff' || told.code === 'signed-out';
  if (answer.status === 401 && !isOpen(path) && isOut && turn === turnOfWho) onSignedOut();
  throw new Refusal(answer.status, told.detail ?? `HTTP ${answer.status}`, told.code, told.errors);
}
