/**
 * What people do to the profiles of stations by hand, and what this server makes of it: no profile lifts a supply point above its limit, a
 * session with a profile for it is left alone by plans until that ends, and it counts with what its station says it will do.
 */
import type { OcppVersion } from '@smac/ocpp';
import {
  type ClearCriteria,
  clearProfiles,
  type InstalledProfile,
  type PeriodValues,
} from '@smac/ocpp/profiles';
import type { Profile, SessionKey, Target, TargetEvents } from '../dispatch/index.ts';
import { OWN_PEER, type Placed } from '../network/index.ts';
import type { PersonsCall, StationCallOutcome, Stations } from '../stations/index.ts';
import type { Store } from '../store/index.ts';
import type { TransactionChange, Transactions } from '../transactions/index.ts';
import type { Fallback } from './fallback.ts';
import { type HandMade, type HandMadeBook, handMadeBook } from './hand-made-book.ts';
import { createHandMadeCheck, type HandMadeCheckOptions } from './hand-made-check.ts';
import type { ProfileBook } from './profile-book.ts';
import { readProfile } from './read-profile.ts';
import { keysOf, type Running } from './running.ts';

export interface HandMadeOptions extends HandMadeCheckOptions {
  readonly store: Store;
  readonly stations: Stations;
  readonly transactions: Transactions;
  readonly network: HandMadeCheckOptions['network'] & {
    placeOf(stationId: string, evseId: number): Placed | undefined;
  };
  readonly book: ProfileBook;
  readonly running: Running;
  readonly fallback: Pick<Fallback, 'refresh'>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

export interface HandMadeProfiles {
  of(stationId: string): readonly HandMade[];
  /** Why this call of a person would not leave; undefined: it would. */
  refusal(call: PersonsCall): Promise<string | undefined>;
  /** The values of a dynamic profile a station asks for; undefined: there is no such profile. */
  dynamic(stationId: string, profileId: number): PeriodValues | undefined;
  /** Dispatch counts a session from now on: with what its station says, where a profile by hand came before its plan. */
  begun(key: SessionKey): void;
  /** The way to the stations with what people did to them. */
  around(target: Target): Target;
  start(): Promise<void>;
  close(): void;
}

/** These replace a plan, or come before it. */
const BIND: ReadonlySet<string> = new Set(['TxProfile', 'PriorityCharging']);
/** A remote start whose car does not come is over. */
const START_MS = 10 * 60_000;

export function followHandMade(options: HandMadeOptions): HandMadeProfiles {
  const { stations, transactions, network, clock, book, running, log } = options;
  const kept: HandMadeBook = handMadeBook(options.store);
  const check = createHandMadeCheck(options);
  let events: TargetEvents | undefined;

  async function guard({ stationId, version, action, payload }: PersonsCall): Promise<string | undefined> {
    const installed = await installedAt(stationId);
    if (action === 'UpdateDynamicSchedule') {
      const updated = updatedBy(payload, kept.of(stationId), clock.now());
      if (updated === undefined) return oursRefusal(stationId, (payload as Fields | null)?.chargingProfileId);
      return check.refusal(stationId, version, updated.evseId, {
        before: installed,
        after: withNew(version, installed, updated),
      });
    }
    const wanted = profileIn(version, action, payload);
    if (wanted === undefined) return undefined;
    return (
      (await idRefusal(stationId, wanted)) ??
      (await check.refusal(stationId, version, wanted.evseId, {
        before: installed,
        after: withNew(version, installed, wanted),
      }))
    );
  }

  /** K01.FR.80-82, and the ids under which plans and fallbacks are installed. */
  async function idRefusal(
    stationId: string,
    { profile: { id } }: InstalledProfile,
  ): Promise<string | undefined> {
    const { maxExternalConstraintsId: highest } = stations.capability(stationId);
    if (highest !== null && id <= highest) {
      return `The id of the profile must be above ${highest}: ids up to it are the station's own (MaxExternalConstraintsId, K01.FR.80).`;
    }
    return oursRefusal(stationId, id);
  }

  async function oursRefusal(stationId: string, id: unknown): Promise<string | undefined> {
    const isOurs = (await book.of(stationId)).some((entry) => entry.profile.id === id);
    return isOurs ? `The id ${id} is that of a profile of this server: choose another.` : undefined;
  }

  async function installedAt(stationId: string): Promise<readonly InstalledProfile[]> {
    const ours = (await book.of(stationId)).filter(({ state }) => state !== 'refused');
    return [...ours, ...kept.of(stationId)];
  }

  async function called(call: PersonsCall, outcome: StationCallOutcome): Promise<void> {
    try {
      if (mayHaveObeyed(outcome)) await note(call);
    } catch (error) {
      log.error(
        { stationId: call.stationId, error },
        'What a person did to the profiles of a station was not kept',
      );
    }
  }

  async function note({ stationId, version, action, payload, actor }: PersonsCall): Promise<void> {
    if (action === 'ClearChargingProfile') {
      const { cleared } = clearProfiles(await installedAt(stationId), criteriaIn(version, payload));
      const ids = cleared.map(({ profile }) => profile.id);
      if (ids.length === 0) return;
      await kept.remove(stationId, ids);
      await book.gone(stationId, ids);
      // What a station falls back to is never left out for long.
      void options.fallback.refresh([stationId]);
    } else {
      const wanted =
        action === 'UpdateDynamicSchedule'
          ? updatedBy(payload, kept.of(stationId), clock.now())
          : profileIn(version, action, payload);
      if (wanted === undefined) return;
      const all = await installedAt(stationId);
      const gone = all.filter((each) => replaces(version, wanted, each)).map(({ profile }) => profile.id);
      await kept.remove(stationId, gone);
      await book.gone(stationId, gone);
      const isDynamic = wanted.profile.chargingProfileKind === 'Dynamic';
      await kept.put({
        stationId,
        evseId: wanted.evseId,
        profile: isDynamic ? { ...wanted.profile, dynUpdateTimeMs: clock.now() } : wanted.profile,
        setBy: actor,
        setMs: clock.now(),
        awaitsTransaction: STARTS.has(action),
      });
    }
    readAgain(stationId);
  }

  function readAgain(stationId: string): void {
    events?.reachability(keysOf(OWN_PEER, running.sessionsAt(stationId)), true);
  }

  /** Profiles for one transaction vanish with it (1.6 3.13, K01.FR.27). */
  async function follow({ transaction }: TransactionChange): Promise<void> {
    const { stationId, evseId, state } = transaction;
    const concerned = kept
      .of(stationId)
      .filter((each) => each.profile.chargingProfilePurpose === 'TxProfile' && each.evseId === evseId);
    if (concerned.length === 0) return;
    if (state === 'ended') {
      const gone = concerned.filter(({ awaitsTransaction }) => !awaitsTransaction);
      await kept.remove(
        stationId,
        gone.map(({ profile }) => profile.id),
      );
      return;
    }
    for (const entry of concerned.filter(({ awaitsTransaction }) => awaitsTransaction)) {
      if (clock.now() - entry.setMs > START_MS) await kept.remove(stationId, [entry.profile.id]);
      else await kept.put({ ...entry, awaitsTransaction: false });
    }
  }

  /** A profile by hand that a plan may not take the place of. */
  function binds(sessionId: string): boolean {
    const at = running.at(sessionId);
    if (at === undefined) return false;
    const nowMs = clock.now();
    return kept
      .of(at.stationId)
      .some(
        (each) =>
          BIND.has(each.profile.chargingProfilePurpose) &&
          (each.evseId === at.evseId || each.evseId === 0) &&
          !each.awaitsTransaction &&
          endOf(each) > nowMs,
      );
  }

  async function worstCase(sessionId: string): Promise<Profile | undefined> {
    const transaction = await transactions.get(sessionId);
    const place = transaction && network.placeOf(transaction.stationId, transaction.evseId);
    if (transaction === undefined || place === undefined) return undefined;
    const version = stations.connected(transaction.stationId)?.version ?? transaction.version;
    const held = await installedAt(transaction.stationId);
    const { startMs, endMs, steps } = check.allowed(place, version, transaction, held);
    const periods = steps.map(({ fromMs, value }) => ({ startMs: fromMs, powerW: Math.ceil(value) }));
    return { startMs, endMs, periods };
  }

  const unlisten = stations.listen({ guard, called });
  const unsubscribe = transactions.onChange((change) => {
    follow(change).catch((error: unknown) =>
      log.error({ error, transactionId: change.transaction.id }, 'Profiles by hand were not kept in step'),
    );
  });

  return {
    of: kept.of,
    refusal: guard,
    dynamic(stationId, profileId) {
      const { profile } = kept.of(stationId).find((each) => each.profile.id === profileId) ?? {};
      const period = profile?.chargingSchedule[0]?.chargingSchedulePeriod[0];
      return profile?.chargingProfileKind === 'Dynamic' && period !== undefined
        ? valuesOf(period)
        : undefined;
    },
    begun(key) {
      if (binds(key.sessionId)) events?.reachability([key], true);
    },
    around: (target) => ({
      ...target,
      reachable: (key) => !binds(key.sessionId) && (target.reachable?.(key) ?? true),
      heldByHand: (key) => binds(key.sessionId),
      fallbackW(key) {
        const at = running.at(key.sessionId);
        const isDefault = ({ profile, evseId }: HandMade) =>
          profile.chargingProfilePurpose === 'TxDefaultProfile' && (evseId === 0 || evseId === at?.evseId);
        // What the station falls back to is another's choice then: nothing about it is certain.
        const isOthers = at !== undefined && (binds(key.sessionId) || kept.of(at.stationId).some(isDefault));
        return isOthers ? undefined : target.fallbackW?.(key);
      },
      async readProfile(key, durationS) {
        const read = await target.readProfile(key, durationS);
        return read ?? (binds(key.sessionId) ? worstCase(key.sessionId) : undefined);
      },
      listen(heard) {
        events = heard;
        target.listen?.(heard);
      },
    }),
    start: () => kept.load(),
    close() {
      unlisten();
      unsubscribe();
    },
  };
}

const STARTS: ReadonlySet<string> = new Set(['RequestStartTransaction', 'RemoteStartTransaction']);

/** Timed out, cut off or answered in a broken form: the station may have obeyed. */
function mayHaveObeyed(outcome: StationCallOutcome): boolean {
  if (outcome.kind === 'closed') return outcome.sent;
  if (outcome.kind !== 'result') return outcome.kind === 'timeout' || outcome.kind === 'bad-answer';
  return (outcome.payload as { readonly status?: string }).status === 'Accepted';
}

type Fields = Readonly<Record<string, unknown>>;

function profileIn(version: OcppVersion, action: string, payload: unknown): InstalledProfile | undefined {
  const fields = (payload ?? {}) as Fields;
  if (action !== 'SetChargingProfile' && !STARTS.has(action)) return undefined;
  return version === '1.6'
    ? readProfile(version, fields.connectorId, fields.csChargingProfiles ?? fields.chargingProfile)
    : readProfile(version, fields.evseId, fields.chargingProfile);
}

function criteriaIn(version: OcppVersion, payload: unknown): ClearCriteria {
  const fields = (payload ?? {}) as Fields;
  const inner = (fields.chargingProfileCriteria ?? {}) as Fields;
  const [id, evseId, purpose, stackLevel] =
    version === '1.6'
      ? [fields.id, fields.connectorId, fields.chargingProfilePurpose, fields.stackLevel]
      : [fields.chargingProfileId, inner.evseId, inner.chargingProfilePurpose, inner.stackLevel];
  const named = {
    id,
    evseId,
    purpose: purpose === 'ChargePointMaxProfile' ? 'ChargingStationMaxProfile' : purpose,
    stackLevel,
  };
  return Object.fromEntries(
    Object.entries(named).filter(([, value]) => value !== undefined),
  ) as ClearCriteria;
}

/** The dynamic profile as it is after an UpdateDynamicSchedule (K28). */
function updatedBy(payload: unknown, held: readonly HandMade[], nowMs: number): InstalledProfile | undefined {
  const { chargingProfileId, scheduleUpdate } = (payload ?? {}) as Fields;
  const entry = held.find(({ profile }) => profile.id === chargingProfileId);
  const schedule = entry?.profile.chargingSchedule[0];
  const period = schedule?.chargingSchedulePeriod[0];
  if (entry === undefined || period === undefined || schedule === undefined) return undefined;
  const chargingSchedulePeriod = [{ ...period, ...(scheduleUpdate as PeriodValues) }];
  const profile = {
    ...entry.profile,
    dynUpdateTimeMs: nowMs,
    chargingSchedule: [{ ...schedule, chargingSchedulePeriod }],
  };
  return { evseId: entry.evseId, profile };
}

/** 1.6: one profile per connector, purpose and level (errata 3.42); everywhere: one per id (K01.FR.05). */
function replaces(version: OcppVersion, wanted: InstalledProfile, each: InstalledProfile): boolean {
  if (each.profile.id === wanted.profile.id) return true;
  return (
    version === '1.6' &&
    each.evseId === wanted.evseId &&
    each.profile.stackLevel === wanted.profile.stackLevel &&
    each.profile.chargingProfilePurpose === wanted.profile.chargingProfilePurpose
  );
}

function withNew(
  version: OcppVersion,
  installed: readonly InstalledProfile[],
  wanted: InstalledProfile,
): readonly InstalledProfile[] {
  return [...installed.filter((each) => !replaces(version, wanted, each)), wanted];
}

/** When the profile says nothing more; Infinity: not before its transaction ends. */
function endOf({ profile, setMs }: HandMade): number {
  const { duration, startScheduleMs } = profile.chargingSchedule[0] ?? {};
  const isOnce = profile.chargingProfileKind === 'Absolute' || profile.chargingProfileKind === 'Dynamic';
  const begin = profile.dynUpdateTimeMs ?? startScheduleMs ?? setMs;
  const ends = isOnce && duration !== undefined ? begin + duration * 1000 : Number.POSITIVE_INFINITY;
  return Math.min(profile.validToMs ?? Number.POSITIVE_INFINITY, ends);
}

const VALUES = /^(limit|dischargeLimit|setpoint|setpointReactive)(_L[23])?$/;

/** What a scheduleUpdate may name of a period. */
export function valuesOf(period: object): PeriodValues {
  return Object.fromEntries(Object.entries(period).filter(([name]) => VALUES.test(name)));
}
