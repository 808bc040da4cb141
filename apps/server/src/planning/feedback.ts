import { type Feedback, type Profile, powerAt, type SessionKey } from '../dispatch/index.ts';
import type { SessionState } from '../sites/index.ts';
import { type Offered, Offers } from './offers.ts';
import type { PlanRecord } from './plan-record.ts';
import type { Surroundings } from './surroundings.ts';

/** Differences up to this are noise, W. */
const NOISE_W = 500;
/** Shortest interval between two readings that says something about power, ms. */
const LEAST_INTERVAL_MS = 55_000;
/** Share of what is believed to be its most that a car draws when it may be able to draw more. */
const DRAWS_ALL = 0.95;
/** Of a car that was seen weaker: it was given 5 % more than it drew, and one that goes on as before, near the end of its battery, draws 95 % of that. */
const DRAWS_ALL_AGAIN = 0.98;
/**
 * A car without a smallest power (DC) follows its offer exactly, and its battery takes less with every minute. Where the site is full, what
 * it leaves is somebody else's: it is believed to take 2 % more than it drew, planned again when it leaves 3 % (and the noise), and
 * tried with 5 % more when it takes 99 %, twice that each time it goes on. A plan within a minute of the reading does what a loop of
 * its own between the meters would do, with the order of decreases before increases that every plan has.
 */
const CLOSE = { headroom: 1.02, tolerance: 0.03, drawsAll: 0.99, more: 0.05 };
/** Who did not take what it was tried with is tried again after this, ms: what it was given for it others did not have. */
const TRY_AGAIN_MS = 600_000;
/** Who draws nothing keeps this much, so that it can begin again and shows it: then all is open again, W. */
const LEAST_W = 1_000;
/** Who draws less has stopped: that says nothing of what it takes when it goes on, W. */
const STOPPED_W = 100;
/** A site is full where its plan takes this share of what it may in the running slot. */
const FULL = 0.97;
/** Who draws this factor of its mean is rising. */
const RISING = 1.02;
/** A car needs this long to follow a new limit, ms. */
const RAMP_MS = 30_000;

/** A car that sleeps needs longer to begin: who stands still is judged by an offer that is this old, ms. */
const WAKE_MS = 90_000;
/** A register that stands still for so long is not coarse, ms. */
const STILL_MS = 900_000;

/** Energy of a session at an instant. */
interface Register {
  readonly atMs: number;
  readonly energyWh: number;
}

/** What a car drew, and what it was offered then. */
interface Seen {
  readonly measuredW: number;
  readonly offer: Offered;
}

/**
 * What really happened against what was planned (X56: an OCPI profile is a maximum). Keeps in memory only what it needs to judge the next
 * reading; after a restart the first reading of a session is not judged.
 */
export class Reality {
  readonly #around: Surroundings;
  readonly #offers = new Offers();
  /** Begin of the interval that the next reading of each session ends, and what was told of it last. */
  readonly #readings = new Map<string, Register>();
  readonly #told = new Map<string, Register>();
  /** How often in a row a car was tried with more, and when it did not take it. */
  readonly #tries = new Map<string, { readonly inARow: number; readonly failedMs: number }>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Looks at what sessions are really allowed: all of a plan after it was made, one when its station answered. */
  look(keys: readonly SessionKey[]): void {
    const { dispatcher, clock } = this.#around;
    for (const key of keys) this.#offers.holds(nameOf(key), dispatcher.held(key), clock.now());
  }

  forget(key: SessionKey): void {
    const id = nameOf(key);
    this.#offers.forget(id);
    this.#readings.delete(id);
    this.#told.delete(id);
    this.#tries.delete(id);
  }

  /**
   * Judges a reading. A car that draws less than it was offered has a smaller maximum than its connector; one that draws all it is
   * offered may have a larger one. True = plan again.
   */
  async reading(session: SessionState, record: PlanRecord | undefined): Promise<boolean> {
    const id = nameOf(session);
    const before = this.#readings.get(id);
    const told = this.#told.get(id);
    // The same energy as before: a coarse register, or a car that stopped. Only its power at this instant can tell.
    const isStill = told?.energyWh === session.energyWh;
    if (!isStill) this.#told.set(id, { atMs: session.energyAtMs, energyWh: session.energyWh });
    const intervalMs = before === undefined ? 0 : session.energyAtMs - before.atMs;
    // What is told between two readings of the meter ends no interval.
    if (before === undefined || intervalMs >= (isStill ? STILL_MS : LEAST_INTERVAL_MS))
      this.#readings.set(id, { atMs: session.energyAtMs, energyWh: session.energyWh });
    const planned = record?.sessions.find((candidate) => candidate.id === id);
    if (before === undefined || planned === undefined) return false;
    const seen =
      this.#present(session, told, isStill ? WAKE_MS : RAMP_MS) ??
      (isStill ? undefined : this.#mean(session, before, intervalMs));
    this.#offers.forgetBefore(id, this.#readings.get(id)!.atMs - WAKE_MS);
    if (seen === undefined || seen.offer.mostW <= 0 || (isStill && seen.measuredW < 0)) return false;
    const { measuredW, offer } = seen;
    const { meterTolerance } = this.#around.policy;
    const observedW = session.vehicle.observedMaxW;
    const isClose = planned.minPowerW === 0 && isFull(record);
    // Cable check and matching of voltages take a DC charger up to a minute: that says nothing of the car.
    if ((planned.minPowerW === 0 || isStill) && before.energyWh <= 0) return false;
    if (measuredW < offer.leastW * (1 - (isClose ? CLOSE.tolerance : meterTolerance)) - NOISE_W) {
      const maximumW = Math.max(planned.minPowerW, LEAST_W, measuredW * (isClose ? CLOSE.headroom : 1.05));
      if (measuredW < STOPPED_W) this.#tries.delete(id);
      else if (this.#tries.has(id)) this.#tries.set(id, { inARow: 0, failedMs: session.energyAtMs });
      if (observedW !== undefined && Math.abs(observedW - maximumW) < NOISE_W) return false;
      await this.#around.sites.setObservedMaximum(refOf(session), maximumW);
      return true;
    }
    const isSeen = observedW !== undefined;
    const drawsAll = isSeen ? (isClose ? CLOSE.drawsAll : DRAWS_ALL_AGAIN) : DRAWS_ALL;
    const failedMs = this.#tries.get(id)?.failedMs ?? Number.NEGATIVE_INFINITY;
    const mayTry = session.energyAtMs - failedMs >= TRY_AGAIN_MS;
    if (mayTry && measuredW >= planned.believedMaxW * drawsAll && planned.believedMaxW < planned.maxPowerW) {
      // A car nobody knew draws all that is common: it may do what its socket can. One that was seen weaker may have warmed up.
      const more = this.#tried(id);
      const isKnown = isSeen && observedW > LEAST_W;
      const moreW = isKnown ? observedW * (isClose ? more : 1.5) : planned.maxPowerW;
      await this.#around.sites.setObservedMaximum(refOf(session), Math.min(planned.maxPowerW, moreW));
      return true;
    }
    if (measuredW > offer.mostW * (1 + meterTolerance) + NOISE_W) {
      this.#around.log.warn(
        { session: session.sessionId, measuredW: Math.round(measuredW), offeredW: Math.round(offer.mostW) },
        'a session draws more than it was offered',
      );
      return true;
    }
    return false;
  }

  /**
   * What it draws at this instant, where its meter tells that: the mean of a battery that gets full is always of better times. A car that
   * draws more than it did since it was heard of last is on its way up, and says nothing yet.
   */
  #present(session: SessionState, told: Register | undefined, settledMs: number): Seen | undefined {
    const now = this.#around.dispatcher.drawn(session);
    if (now === undefined || now.atMs !== session.energyAtMs) return undefined;
    if (told === undefined || told.atMs >= now.atMs) return undefined;
    const meanW = ((session.energyWh - told.energyWh) * 3_600_000) / (now.atMs - told.atMs);
    if (now.powerW > meanW * RISING + NOISE_W) return undefined;
    const offer = this.#offers.between(nameOf(session), now.atMs - settledMs, now.atMs);
    return offer === undefined ? undefined : { measuredW: now.powerW, offer };
  }

  /** What it drew between two readings of its energy. */
  #mean(session: SessionState, before: Register, intervalMs: number): Seen | undefined {
    if (intervalMs < LEAST_INTERVAL_MS) return undefined;
    const offer = this.#offered(nameOf(session), before.atMs, session.energyAtMs);
    const measuredW = ((session.energyWh - before.energyWh) * 3_600_000) / intervalMs;
    return offer === undefined ? undefined : { measuredW, offer };
  }

  /** What a car is tried with next, as a factor: a little, and twice as much more each time it takes all of it. */
  #tried(id: string): number {
    const { inARow = 0 } = this.#tries.get(id) ?? {};
    this.#tries.set(id, { inARow: inARow + 1, failedMs: Number.NEGATIVE_INFINITY });
    return 1 + Math.min(0.5, CLOSE.more * 2 ** inARow);
  }

  /**
   * What a car could have drawn on average between two readings: it follows a change with a delay, so what was offered shortly before the
   * first of them counts too. Undefined while it is in doubt what it was offered.
   */
  #offered(id: string, fromMs: number, toMs: number): Offered | undefined {
    const settled = this.#offers.between(id, fromMs + RAMP_MS, toMs);
    const before = this.#offers.known(id, fromMs - RAMP_MS, fromMs + RAMP_MS);
    if (settled === undefined || before === undefined) return settled;
    return {
      leastW: Math.min(settled.leastW, before.leastW),
      mostW: Math.max(settled.mostW, before.mostW),
    };
  }

  /**
   * The profile in force, as the station or back office reports it (D1.5-§2.3.1.1-MIX): lower than planned, the plan shrinks to it until
   * it ends; no longer lower, the limit is lifted. While a message is under way nothing is concluded.
   */
  async active(key: SessionKey, profile: Profile): Promise<void> {
    const { clock, sites, dispatcher } = this.#around;
    const nowMs = clock.now();
    const session = await sites.session(key);
    if (session === undefined) return;
    const state = dispatcher
      .sessions(session.contextId)
      .find((candidate) => nameOf(candidate.key) === nameOf(session));
    const reportedW = powerAt(profile, nowMs);
    if (state?.inFlight || reportedW === undefined) return;
    const offeredW = this.#offers.powerW(nameOf(session), nowMs);
    const limit = session.stationLimit;
    const inForce = limit !== undefined && limit.untilMs > nowMs;
    if (inForce && limit.isStated === true) return;
    if (offeredW !== undefined && reportedW < offeredW - NOISE_W) {
      const untilMs = endOfLimit(profile, nowMs, reportedW);
      await sites.setStationLimit(refOf(session), { powerW: reportedW, untilMs });
    } else if (inForce && reportedW > limit.powerW + NOISE_W) {
      await sites.setStationLimit(refOf(session), undefined);
    }
  }
}

/** Others could use what one car leaves. */
function isFull(record: PlanRecord | undefined): boolean {
  const limitW = record?.plan.site.limit_w[0] ?? null;
  return limitW !== null && (record?.plan.site.net_w[0] ?? 0) >= limitW * FULL;
}

/** Until the reported profile allows more, or ends. */
function endOfLimit(profile: Profile, nowMs: number, powerW: number): number {
  const next = profile.periods.find((period) => period.startMs > nowMs && period.powerW > powerW + NOISE_W);
  return next?.startMs ?? profile.endMs;
}

/** Answers after which a new plan makes sense: the session does not follow the last one. */
export function isRefusal(feedback: Feedback): boolean {
  return feedback.kind === 'answer' && feedback.answer.result !== 'ACCEPTED';
}

export function nameOf(key: SessionKey): string {
  return `${key.peerId}/${key.sessionId}`;
}

function refOf(key: SessionKey): SessionKey {
  return { peerId: key.peerId, sessionId: key.sessionId };
}
