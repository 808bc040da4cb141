import { ACTIONS, type Action, type Bodies } from './actions.ts';
import { writeMessage } from './check.ts';
import type { HttpCaller } from './exchange.ts';
import { type OscpHeaders, writeHeaders } from './headers.ts';
import type { Partner } from './partner.ts';
import { segmentsOf } from './segments.ts';

export type Sent =
  /** 204: taken. `requestId` is what an answer to it will name. */
  | { readonly ok: true; readonly requestId: string }
  | {
      readonly ok: false;
      /** `invalid`: not sent, the message breaks the schema; `closed`: the partner cannot be sent this now. */
      readonly code: 'invalid' | 'closed' | 'refused' | 'unreachable';
      readonly status?: number;
      readonly detail: string;
    };

export interface OscpClientOptions {
  readonly http: HttpCaller;
  /** An id nobody used before. */
  readonly newId: () => string;
  /** More list items than this go in several segments; default 1000. */
  readonly itemsPerSegment?: number;
}

export type Recipient = Pick<Partner, 'baseUrl' | 'outboundToken' | 'role' | 'name'>;

/** Messages of this platform to others. Nothing is retried: what OSCP tells is a state, and the next message tells it anew. */
export interface OscpClient {
  send<A extends Action>(
    to: Recipient,
    action: A,
    body: Bodies[A],
    options?: { readonly correlationId?: string; readonly method?: 'POST' | 'PUT' },
  ): Promise<Sent>;
  /** DELETE of the registration. */
  unregister(to: Recipient): Promise<Sent>;
}

export function createOscpClient({ http, newId, itemsPerSegment = 1000 }: OscpClientOptions): OscpClient {
  async function call(
    to: Recipient,
    method: 'POST' | 'PUT' | 'DELETE',
    action: Action,
    headers: OscpHeaders,
    body?: unknown,
  ): Promise<Sent> {
    const requestId = newId();
    if (to.baseUrl === undefined || to.outboundToken === undefined) {
      return {
        ok: false,
        code: 'closed',
        detail: `${to.name} is not registered: it has no address or token.`,
      };
    }
    const answer = await http({
      method,
      url: `${to.baseUrl.replace(/\/+$/, '')}/${action}`,
      headers: writeHeaders({ ...headers, token: to.outboundToken, requestId }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) return { ok: false, code: 'unreachable', detail: answer.detail };
    if (answer.status === 204) return { ok: true, requestId };
    return {
      ok: false,
      code: 'refused',
      status: answer.status,
      detail: `${to.name} answered ${action} with ${answer.status}${messageIn(answer.body)}; only 204 is a yes.`,
    };
  }

  return {
    async send(to, action, body, { correlationId, method = 'POST' } = {}) {
      if (!ACTIONS[action].servedBy.includes(to.role)) {
        return { ok: false, code: 'closed', detail: `A ${to.role.toUpperCase()} takes no ${action}.` };
      }
      const checked = writeMessage(action, body);
      if (!checked.ok) return { ok: false, code: 'invalid', detail: checked.detail };
      const parts = segmentsOf(action, body, itemsPerSegment);
      let firstId: string | undefined;
      for (const [at, part] of parts.entries()) {
        const answers = firstId ?? correlationId;
        const sent = await call(
          to,
          method,
          action,
          {
            ...(answers === undefined ? {} : { correlationId: answers }),
            ...(parts.length === 1 ? {} : { segment: { index: at + 1, count: parts.length } }),
          },
          part,
        );
        if (!sent.ok) return sent;
        firstId ??= sent.requestId;
      }
      return { ok: true, requestId: firstId ?? '' };
    },
    unregister: (to) => call(to, 'DELETE', 'register', {}),
  };
}

function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === 'string' ? ` (${message.slice(0, 300)})` : '';
  } catch {
    return '';
  }
}
