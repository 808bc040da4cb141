/** What stations say about their profiles on their own: schedules of the car, priority, pulls of dynamic profiles, lists of what is installed. */
import type { Request, Response } from '@smac/ocpp';
import { converted } from '@smac/ocpp/profiles';
import { type Network, OWN_PEER, type Placed, phasesOf } from '../network/index.ts';
import type { Sites } from '../sites/index.ts';
import type { RequestContext, RequestHandlers, Stations } from '../stations/index.ts';
import { stationTime } from '../stations/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Transactions } from '../transactions/index.ts';
import { powerOf } from './composite.ts';
import { type HandMadeProfiles, valuesOf } from './hand-made.ts';
import type { BookEntry, ProfileBook } from './profile-book.ts';
import { setProfile } from './set-profile.ts';

export interface StationReportsOptions {
  readonly stations: Stations;
  readonly transactions: Transactions;
  readonly network: Network;
  readonly sites: Sites;
  readonly book: ProfileBook;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** Values of the dynamic profiles that people gave to stations. */
  readonly handMade: Pick<HandMadeProfiles, 'dynamic'>;
}

type Either<A> = Request<'2.0.1', A> | Request<'2.1', A>;

/** Powers that differ by less are the same: limits travel in tenths of an ampere on up to three phases, W. */
const WIRE_W = 70;

export function followStationReports(options: StationReportsOptions): () => void {
  const { stations, transactions, network, sites, book, activity, log } = options;

  /** The car told what it will do. More than planned is answered with the plan again (TC_K_55), anything else is left in peace (TC_K_53). */
  async function evSchedule(
    payload: Either<'NotifyEVChargingSchedule'>,
    { stationId, receivedMs, afterAnswer }: RequestContext,
  ) {
    const place = network.placeOf(stationId, payload.evseId);
    const entry = await planAt(stationId, payload.evseId);
    if (place === undefined || entry?.plan === undefined) return { status: 'Accepted' as const };
    const { atMs } = stationTime(payload.timeBase, receivedMs);
    const schedule = payload.chargingSchedule as unknown as EvSchedule;
    if (!exceeds(schedule, atMs, entry, place)) return { status: 'Accepted' as const };
    afterAnswer(() => tellAgain(stationId, entry));
    return { status: 'Rejected' as const, statusInfo: { reasonCode: 'InvalidSchedule' } };
  }

  function tellAgain(stationId: string, entry: BookEntry): void {
    activity
      .track(() => setProfile(stations, stationId, entry, true))
      .catch((error: unknown) =>
        log.error(
          { stationId, detail: String(error) },
          'A plan was not told again after a schedule above it',
        ),
      );
  }

  async function planAt(stationId: string, evseId: number): Promise<BookEntry | undefined> {
    const active = await transactions.list({ stationId, state: 'active', limit: 1_000 });
    const transaction = active.find((each) => each.evseId === evseId);
    if (transaction === undefined) return undefined;
    return (await book.of(stationId)).find(
      ({ transactionId, plan, state }) =>
        transactionId === transaction.id && plan !== undefined && state !== 'refused',
    );
  }

  /** A driver asked for priority at the station: it counts as the driver's wish (K22). */
  async function priority(payload: Request<'2.1', 'NotifyPriorityCharging'>, { stationId }: RequestContext) {
    const active = await transactions.list({ stationId, state: 'active', limit: 1_000 });
    const transaction = active.find(({ stationRef }) => stationRef === payload.transactionId);
    if (transaction === undefined) return {};
    const ref = { peerId: OWN_PEER, sessionId: transaction.id };
    const session = await sites.session(ref);
    if (session) await sites.setPreferences(ref, { ...session.preferences, priority: payload.activated });
    return {};
  }

  /** The station asks for the present value of a dynamic profile (K28.FR.10, TC_K_121). */
  async function pull(
    { chargingProfileId }: Request<'2.1', 'PullDynamicScheduleUpdate'>,
    { stationId, receivedMs }: RequestContext,
  ): Promise<Response<'2.1', 'PullDynamicScheduleUpdate'>> {
    const byHand = options.handMade.dynamic(stationId, chargingProfileId);
    if (byHand !== undefined) return { status: 'Accepted', scheduleUpdate: byHand };
    const entry = (await book.of(stationId)).find(({ profile }) => profile.id === chargingProfileId);
    const period = entry?.profile.chargingSchedule[0]?.chargingSchedulePeriod[0];
    const isOver = entry === undefined || receivedMs >= (entry.profile.validToMs ?? Number.POSITIVE_INFINITY);
    if (
      entry?.profile.chargingProfileKind !== 'Dynamic' ||
      entry.state === 'refused' ||
      period === undefined ||
      isOver
    ) {
      return { status: 'Rejected', statusInfo: { reasonCode: 'UnknownProfile' } };
    }
    return { status: 'Accepted', scheduleUpdate: valuesOf(period) };
  }

  const requests: RequestHandlers = {
    '2.0.1': { NotifyEVChargingSchedule: evSchedule, ReportChargingProfiles: async () => ({}) },
    '2.1': {
      NotifyEVChargingSchedule: evSchedule,
      ReportChargingProfiles: async () => ({}),
      NotifyPriorityCharging: priority,
      PullDynamicScheduleUpdate: pull,
    },
  };
  return stations.listen({ requests });
}

interface EvSchedule {
  readonly chargingRateUnit: 'A' | 'W';
  readonly duration?: number;
  readonly chargingSchedulePeriod: readonly {
    readonly startPeriod: number;
    readonly limit?: number;
    readonly numberPhases?: number;
  }[];
}

function exceeds(schedule: EvSchedule, baseMs: number, entry: BookEntry, place: Placed): boolean {
  const connector = place.connectors[0];
  if (connector === undefined || entry.plan === undefined) return false;
  const plan = entry.plan;
  const voltageV = connector.powerType === 'DC' ? 230 : connector.maxVoltageV;
  const inW = (limit: number, phases: number | undefined) =>
    converted(limit, schedule.chargingRateUnit, 'W', voltageV, phases || phasesOf(connector));
  const starts = schedule.chargingSchedulePeriod.map(({ startPeriod }) => baseMs + startPeriod * 1000);
  const instants = [...starts, ...plan.periods.map(({ startMs }) => startMs).filter((ms) => ms >= baseMs)];
  const endMs = schedule.duration === undefined ? plan.endMs : baseMs + schedule.duration * 1000;
  return instants.some((atMs) => {
    if (atMs >= endMs) return false;
    const at = starts.findLastIndex((ms) => ms <= atMs);
    const period = schedule.chargingSchedulePeriod[at];
    const plannedW = powerOf(plan, atMs);
    if (period?.limit === undefined || plannedW === undefined) return false;
    return inW(period.limit, period.numberPhases) > plannedW + WIRE_W;
  });
}
