import type {
  ChargingProfile,
  EvseCapability,
  InstalledProfile,
  ProfileVersion,
  Schedule,
  SchedulePeriod,
  StationCapability,
} from '../types.ts';

/** A running transaction, and what its car reported. */
export interface RunningTransaction {
  readonly evseId: number;
  readonly transactionId: string;
  /** NotifyEVChargingNeeds was received: ISO 15118 flows allow up to this many schedules (maxScheduleTuples, at most 3). */
  readonly scheduleTuples?: number;
  /** The needs reported values for each phase: `_L2`/`_L3` are allowed (K01.FR.142-147, V2X.07-10). */
  readonly perPhaseNeeds?: boolean;
}

/** Who asks for the installation: SetChargingProfile, a profile in a (remote) start request, or the station itself. */
export type InstallSource = 'CSMS' | 'RemoteStart' | 'Station';

/** All that decides whether a profile may be installed. */
export interface InstallRequest {
  readonly evseId: number;
  readonly profile: ChargingProfile;
  readonly source: InstallSource;
  readonly capability: StationCapability;
  readonly installed: readonly InstalledProfile[];
  readonly transactions: readonly RunningTransaction[];
}

/** One rule of the specification. Rules run in the order of the table; the first broken one is the refusal. */
export interface Rule {
  /** Requirement id, errata number or section. */
  readonly id: string;
  /** Absent = every version. */
  readonly versions?: readonly ProfileVersion[];
  /** OCPP's reasonCode (2.1 Part 2 Appendices). 1.6 has no place for it on the wire. */
  readonly code: string;
  /** The message when the rule is broken: names the field and the fix. */
  readonly broken: (request: InstallRequest) => string | undefined;
}

export const V2: readonly ProfileVersion[] = ['2.0.1', '2.1'];
export const V21: readonly ProfileVersion[] = ['2.1'];
export const V16: readonly ProfileVersion[] = ['1.6'];

/** The EVSEs a profile would act on: one, or all for EVSE 0. */
export function evsesOf(request: InstallRequest): readonly EvseCapability[] {
  const { evses } = request.capability;
  return request.evseId === 0 ? evses : evses.filter((evse) => evse.evseId === request.evseId);
}

/** The transaction a TxProfile is for: by its id, or (remote start, 1.6) the one on its EVSE. */
export function transactionOf(request: InstallRequest): RunningTransaction | undefined {
  const { transactionId } = request.profile;
  return request.transactions.find(
    (each) =>
      each.evseId === request.evseId && (transactionId === undefined || each.transactionId === transactionId),
  );
}

/** The message of the first schedule that breaks a rule. */
export function anySchedule(
  request: InstallRequest,
  broken: (schedule: Schedule) => string | undefined,
): string | undefined {
  for (const schedule of request.profile.chargingSchedule) {
    const message = broken(schedule);
    if (message !== undefined) return message;
  }
  return undefined;
}

/** The message of the first period that breaks a rule, with its place in the list. */
export function anyPeriod(
  request: InstallRequest,
  broken: (period: SchedulePeriod, schedule: Schedule) => string | undefined,
): string | undefined {
  return anySchedule(request, (schedule) => {
    for (const [index, period] of schedule.chargingSchedulePeriod.entries()) {
      const message = broken(period, schedule);
      if (message !== undefined) return `chargingSchedulePeriod[${index}]: ${message}`;
    }
    return undefined;
  });
}

/** Whether two profiles may both be valid at some instant. */
export function validityOverlaps(a: ChargingProfile, b: ChargingProfile): boolean {
  return startsBeforeEnd(a, b) && startsBeforeEnd(b, a);
}

function startsBeforeEnd(a: ChargingProfile, b: ChargingProfile): boolean {
  return (a.validFromMs ?? Number.NEGATIVE_INFINITY) < (b.validToMs ?? Number.POSITIVE_INFINITY);
}
