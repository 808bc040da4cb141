/**
 * Charging profiles of other parties at own stations (OCPI 2.3.0 mod_charging_profiles): what they ask for becomes the wish of the session
 * in dispatch, whose guard keeps it below every limit. A profile is a maximum, never a target.
 */
import type { ActiveChargingProfile, ChargingProfile, ChargingProfileResult } from '@smac/ocpi';
import {
  type Claim,
  type Dispatcher,
  type Feedback,
  MAX_VALIDITY_MS,
  type Profile,
  powerAt,
} from '../../dispatch/index.ts';
import { maxPowerOf, type Network, type Placed, phasesOf } from '../../network/index.ts';
import type { Sites } from '../../sites/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { TransactionState, Transactions } from '../../transactions/index.ts';
import { COMMAND_TIMEOUT_S, type ProfileExecutor, type ProfileSetter } from './executors.ts';

export interface StationProfilesOptions {
  readonly network: Pick<Network, 'placeOf' | 'owner'>;
  readonly transactions: Pick<Transactions, 'get'>;
  readonly sites: Pick<Sites, 'session' | 'context'>;
  readonly clock: Clock;
  /** Asked for when something is to be done, not before. */
  readonly dispatch: () => Pick<Dispatcher, 'wish' | 'held' | 'sessions'>;
  /** Takes what others set for the session out of the way of a newcomer that outranks them; `held`: they do not give way (D1.5-R4-2). */
  readonly giveWay: (
    sessionId: string,
    newcomer: Claim,
    actor: string,
  ) => Promise<'free' | 'cleared' | 'held'>;
  /** What the station says is in force. */
  readonly read: (sessionId: string, durationS: number) => Promise<Profile | undefined>;
}

export interface StationProfiles extends ProfileExecutor {
  /** What dispatch tells of own sessions. */
  heard(feedback: Feedback): void;
}

type Result = ChargingProfileResult['result'];

interface Waiting {
  readonly settle: (result: Result) => void;
  /** The next answer is that to a message from before. */
  isOlderAwaited: boolean;
}

/** Without a duration a profile holds until it is cleared: further than any session. */
const NO_END_MS = 30 * MAX_VALIDITY_MS;
/** Held and wanted differ by less: no message goes out for that, W. */
const SAME_W = 220;

export function stationProfiles(options: StationProfilesOptions): StationProfiles {
  const { network, transactions, sites, clock, dispatch, read } = options;
  const waiting = new Map<string, Waiting>();
  const keyOf = (sessionId: string) => ({ peerId: network.owner.peerId, sessionId });

  async function running(
    sessionId: string,
  ): Promise<{ transaction: TransactionState; place: Placed } | undefined> {
    const transaction = await transactions.get(sessionId);
    const place = transaction && network.placeOf(transaction.stationId, transaction.evseId);
    if (transaction?.state !== 'active' || place === undefined) return undefined;
    const session = await sites.session(keyOf(sessionId));
    // In shadow mode nothing is sent, whoever wants it.
    if (session === undefined || (await sites.context(session.contextId))?.shadow === true) return undefined;
    return { transaction, place };
  }

  async function wishFor(sessionId: string, wire: ChargingProfile): Promise<Profile | undefined> {
    const at = await running(sessionId);
    if (at === undefined) return undefined;
    const phases = (await sites.session(keyOf(sessionId)))?.vehicle.phases;
    return profileOf(wire, at.transaction.startMs, at.place, phases);
  }

  /**
   * The station's word on the next message to the session, or UNKNOWN when the time is over. What is on its way already is not that message.
   */
  function answerOf(
    sessionId: string,
    isInFlight: boolean,
  ): { readonly result: Promise<Result>; settle(result: Result): void } {
    const { promise, resolve } = Promise.withResolvers<Result>();
    waiting.get(sessionId)?.settle('REJECTED');
    const cancel = clock.after(COMMAND_TIMEOUT_S * 1000, () => settle('UNKNOWN'));
    function settle(result: Result): void {
      cancel();
      if (waiting.get(sessionId)?.settle === settle) waiting.delete(sessionId);
      resolve(result);
    }
    waiting.set(sessionId, { settle, isOlderAwaited: isInFlight });
    return { result: promise, settle };
  }

  async function set(sessionId: string, wire: ChargingProfile, setter: ProfileSetter): Promise<Result> {
    const wanted = await wishFor(sessionId, wire);
    if (wanted === undefined || wanted.endMs <= clock.now()) return 'REJECTED';
    const newcomer = { actor: 'scsp', sinceMs: clock.now() } as const;
    const way = await options.giveWay(sessionId, newcomer, `party:${setter.peerId}`);
    if (way === 'held') return 'REJECTED';
    const state = dispatch()
      .sessions()
      .find(({ key }) => key.peerId === network.owner.peerId && key.sessionId === sessionId);
    // A station that let go of a profile is read before it is told another.
    if (state === undefined || (way === 'free' && !state.reachable)) return 'REJECTED';
    const answer = answerOf(sessionId, state.inFlight);
    if (!(await dispatch().wish(keyOf(sessionId), wanted))) answer.settle('REJECTED');
    if (isHeld(dispatch().held(keyOf(sessionId)), wanted, clock.now())) answer.settle('ACCEPTED');
    const result = await answer.result;
    if (result === 'REJECTED') await dispatch().wish(keyOf(sessionId), undefined);
    return result;
  }

  return {
    set,
    async clear(sessionId) {
      return (await dispatch().wish(keyOf(sessionId), undefined)) ? 'ACCEPTED' : 'UNKNOWN';
    },
    async resume(sessionId, wire) {
      const wanted = await wishFor(sessionId, wire);
      if (wanted !== undefined) await dispatch().wish(keyOf(sessionId), wanted);
    },
    async active(sessionId, durationS) {
      const inForce = (await read(sessionId, durationS)) ?? dispatch().held(keyOf(sessionId));
      return inForce && activeOf(inForce, clock.now(), durationS);
    },
    heard(feedback) {
      if (feedback.kind !== 'answer' || feedback.key.peerId !== network.owner.peerId) return;
      const { result } = feedback.answer;
      const known = result === 'ACCEPTED' || result === 'UNKNOWN' ? result : 'REJECTED';
      const awaited = waiting.get(feedback.key.sessionId);
      if (awaited?.isOlderAwaited) awaited.isOlderAwaited = false;
      else awaited?.settle(known);
    },
  };
}

/** OCPI counts amperes per phase, and without a start from the begin of charging. */
function profileOf(
  wire: ChargingProfile,
  chargingSinceMs: number,
  place: Placed,
  carPhases: number | undefined,
): Profile | undefined {
  const connector = place.connectors[0];
  if (connector === undefined) return undefined;
  const startMs = wire.start_date_time === undefined ? chargingSinceMs : Date.parse(wire.start_date_time);
  const phases = Math.min(phasesOf(connector), carPhases ?? 3);
  const wattsOf = (limit: number) =>
    wire.charging_rate_unit === 'W' ? limit : limit * connector.maxVoltageV * phases;
  const periods = (wire.charging_profile_period ?? []).map(({ start_period, limit }) => ({
    startMs: startMs + start_period * 1000,
    powerW: Math.floor(Math.min(wattsOf(limit), maxPowerOf(connector))),
  }));
  if (periods.length === 0) return undefined;
  return {
    startMs,
    endMs: startMs + (wire.duration === undefined ? NO_END_MS : wire.duration * 1000),
    periods,
  };
}

function isHeld(held: Profile | undefined, wanted: Profile, nowMs: number): boolean {
  if (held === undefined) return false;
  const untilMs = Math.min(wanted.endMs, nowMs + MAX_VALIDITY_MS / 2);
  const instants = [
    nowMs,
    ...wanted.periods.map(({ startMs }) => startMs),
    ...held.periods.map(({ startMs }) => startMs),
  ];
  return instants
    .filter((atMs) => atMs >= nowMs && atMs < untilMs)
    .every((atMs) => {
      const [is, shall] = [powerAt(held, atMs), powerAt(wanted, atMs)];
      return is !== undefined && shall !== undefined && Math.abs(is - shall) <= SAME_W;
    });
}

function activeOf({ periods, endMs }: Profile, nowMs: number, durationS: number): ActiveChargingProfile {
  const startMs = Math.floor(nowMs / 1000) * 1000;
  const untilMs = Math.min(endMs, startMs + durationS * 1000);
  const first = periods.findLast((period) => period.startMs <= startMs) ?? periods[0];
  const later = periods.filter((period) => period.startMs > startMs && period.startMs < untilMs);
  const inWords = (fromMs: number, powerW: number) => ({
    start_period: Math.round((fromMs - startMs) / 1000),
    limit: Math.max(0, powerW),
  });
  return {
    start_date_time: new Date(startMs).toISOString(),
    charging_profile: {
      start_date_time: new Date(startMs).toISOString(),
      duration: Math.max(0, Math.round((untilMs - startMs) / 1000)),
      charging_rate_unit: 'W',
      charging_profile_period: [
        ...(first === undefined ? [] : [inWords(startMs, first.powerW)]),
        ...later.map(({ startMs: fromMs, powerW }) => inWords(fromMs, powerW)),
      ],
    },
  };
}
