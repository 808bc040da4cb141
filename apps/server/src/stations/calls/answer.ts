import {
  type AnyConnection,
  type CallContext,
  type CallFailure,
  callFailure,
  unansweredAction,
} from '@smac/ocpp';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Connections, Live } from '../connections.ts';
import { RateLimit } from '../door/rate-limit.ts';
import type { EventLog } from '../event-log.ts';
import type { Directory, StationRecord } from '../identity/directory.ts';
import type { House } from '../life/house.ts';
import type { StationsPolicy } from '../policy.ts';
import type { RequestContext, StationListener } from '../room.ts';
import type { Log } from '../surroundings.ts';
import { createHold } from './hold.ts';

export interface AnswerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: StationsPolicy;
  readonly directory: Directory;
  readonly connections: Connections;
  readonly events: EventLog;
  readonly activity: Activity;
  /** Who handles messages. */
  readonly listeners: ReadonlySet<StationListener>;
  readonly background: House['background'];
  readonly call: House['call'];
}

/** Allowed while a station is Pending; everything else is answered SecurityError (B02). */
const WHILE_PENDING: ReadonlySet<string> = new Set([
  'BootNotification',
  'Heartbeat',
  'NotifyReport',
  'SecurityEventNotification',
  'SignCertificate',
  'StatusNotification',
]);
/** What a station is answered: its quota, whether it may say this now, and the room that handles it. */
export function createAnswer(options: AnswerOptions) {
  const { clock, log, policy, directory, connections, events, activity, listeners } = options;
  const quota = new RateLimit(clock, policy.messagesPerSecond * 60, policy.messageBurst);
  const hold = createHold({ clock, log });
  const asked = new WeakSet<AnyConnection<'csms'>>();

  function handlerOf(version: Live['connection']['version'], action: string) {
    for (const { requests } of listeners) {
      const table = (action === unansweredAction ? requests?.streams : requests?.[version]) as
        | Readonly<Record<string, (payload: unknown, context: RequestContext) => Promise<unknown>>>
        | undefined;
      if (table !== undefined && Object.hasOwn(table, action)) return table[action];
    }
    return undefined;
  }

  /** May a station in this state say this? */
  function unheard(station: StationRecord | undefined, action: string): CallFailure | undefined {
    if (station === undefined) return callFailure('SecurityError', 'the station is not known any more');
    if (action === 'BootNotification') return undefined;
    if (station.registration === 'Rejected')
      return callFailure('SecurityError', 'the station is not accepted');
    if (station.registration === 'Pending' && !WHILE_PENDING.has(action))
      return callFailure('SecurityError', 'the station is not accepted yet');
    return undefined;
  }

  async function answer(
    live: Live,
    action: string,
    payload: unknown,
    { messageId, receivedMs, afterAnswer }: CallContext,
  ): Promise<unknown> {
    const { stationId, generation, connection } = live;
    // Reading stops in the protocol package while answers wait here, so a flood costs its sender time and nobody else.
    while (!quota.take(stationId)) {
      events.mention({
        stationId,
        source: 'server',
        level: 'info',
        code: 'TooManyMessages',
        text: `Station ${stationId} sends more than ${policy.messagesPerSecond} messages per second.`,
      });
      await new Promise<void>((resolve) => {
        clock.after(Math.max(1, quota.waitMs(stationId)), resolve);
      });
    }
    const refusal = unheard(directory.byId(stationId), action);
    if (refusal !== undefined) return refusal;
    const handler = handlerOf(connection.version, action);
    if (handler === undefined) return callFailure('NotSupported', `${action} is not supported here`);
    const context: Omit<RequestContext, 'afterAnswer'> = {
      stationId,
      version: connection.version,
      generation,
      receivedMs,
      messageId,
      isCurrent: () => connections.isCurrent(stationId, generation),
    };
    const given = await hold(connection, afterAnswer, (after) =>
      activity.track(() => handler(payload, { ...context, afterAnswer: after })),
    );
    askWhoItIs(live);
    return given;
  }

  /** A station that came without a boot we know of is asked for one, once per socket. */
  function askWhoItIs({ stationId, connection }: Live): void {
    if (directory.byId(stationId)?.registration !== null || asked.has(connection)) return;
    asked.add(connection);
    options.background(`question to ${stationId}`, async () => {
      await options.call(
        stationId,
        'TriggerMessage',
        { requestedMessage: 'BootNotification' },
        { actor: 'system:life' },
      );
    });
  }

  return answer;
}
