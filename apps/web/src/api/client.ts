import { baseOf } from '../components/base.ts';
import type { Operations } from './operations.ts';

export type OperationName = keyof Operations;
export type Answer<O extends OperationName> = Operations[O]['answer'];
type Input<O extends OperationName> = Omit<Operations[O], 'answer'>;

/** A refusal of the server: its one sentence, and which fields it is about. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly fields: readonly { readonly field: string; readonly problem: string }[];

  constructor(status: number, detail: string, fields: Refusal['fields'] = []) {
    super(detail);
    this.status = status;
    this.fields = fields;
  }
}

/** Keeps an API key for this tab only, under the name that the status page uses too. */
const KEY = 'smac-key';
let onSignedOut: () => void = () => {};

export const apiKey = () => sessionStorage.getItem(KEY) ?? '';

export function keepApiKey(key: string): void {
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
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Answer<O>;
}

/** One request below the address of this server. @throws Refusal with the server's sentence */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const key = apiKey();
  const headers = new Headers(init.headers);
  if (key !== '') headers.set('authorization', `Bearer ${key}`);
  const answer = await fetch(`${baseOf()}${path}`, { ...init, headers });
  if (answer.ok) return answer;
  const told = (await answer.json().catch(() => ({}))) as {
    detail?: string;
    errors?: Refusal['fields'];
  };
  if (answer.status === 401) onSignedOut();
  throw new Refusal(answer.status, told.detail ?? `HTTP ${answer.status}`, told.errors);
}
