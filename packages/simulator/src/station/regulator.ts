import type { Evse, Offer } from './evse.ts';
import type { GridGuard } from './grid-guard.ts';
import { heldAt, stationBoundsAt } from './profiles/held.ts';
import type { Installed, OperationMode, StationFacts } from './profiles/profile.ts';
import { type CurrentClaim, shareCurrents } from './share-currents.ts';
import type { StationOptions } from './station-options.ts';

/** What profiles and hardware want for one EVSE. */
interface Wish {
  readonly evse: Evse;
  readonly mode: OperationMode;
  /** A per phase; at least 0. */
  readonly maxA: number;
  /** Signed set point, W; absent = charge up to `maxA`. */
  readonly setpointW?: number;
  readonly dischargeLimitW: number;
  readonly phases?: number;
}

interface Granted {
  readonly currentA: number;
  readonly sinceMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;
/** A car that has had this long and draws less than it is offered does not want more. */
const SETTLED_MS = 20_000;
const REBALANCE_MS = 10_000;
const WAIT_MS = 1_000;
/** A car that rounds down and lags leaves less than this of its share; one that leaves more has enough. */
const SLACK_A = 2.1;
const LOAD_BALANCING_MS = 5_000;

/** Decides what every EVSE of a station offers: profiles, hardware, the station's own fuse shared between its sockets. */
export class Regulator {
  readonly #options: StationOptions;
  readonly #evses: readonly Evse[];
  readonly #guard: GridGuard;
  readonly #granted = new Map<Evse, Granted>();
  readonly #modes = new Map<Evse, OperationMode>();
  readonly #demand = new Map<Evse, number>();
  readonly #balancedW = new Map<Evse, number>();
  /** When sharing must be looked at again although no profile changes, epoch ms. */
  againMs = NEVER;

  constructor(options: StationOptions, evses: readonly Evse[], guard: GridGuard) {
    this.#options = options;
    this.#evses = evses;
    this.#guard = guard;
  }

  modeOf(evse: Evse): OperationMode {
    return this.#modes.get(evse) ?? 'ChargingOnly';
  }

  /** A per phase that the EVSE is granted now. */
  grantedA(evse: Evse): number {
    return this.#granted.get(evse)?.currentA ?? 0;
  }

  regulate(installed: readonly Installed[], facts: StationFacts, atMs: number): void {
    this.againMs = NEVER;
    const active = this.#evses.filter((evse) => evse.car !== undefined && evse.isAuthorised);
    for (const evse of this.#evses) {
      if (active.includes(evse)) continue;
      this.#granted.delete(evse);
      this.#modes.delete(evse);
      this.#demand.delete(evse);
      this.#balancedW.delete(evse);
      evse.offer(undefined);
    }
    if (active.length === 0) return;
    const wishes = active.map((evse) => this.#wishOf(evse, installed, facts, atMs));
    const shares = this.#share(wishes, stationBoundsAt(installed, facts, atMs), atMs);
    const falling = wishes
      .map((_, n) => n)
      .sort((a, b) => this.#rise(wishes, shares, a) - this.#rise(wishes, shares, b));
    for (const n of falling) this.#grant(wishes[n]!, shares[n]!, atMs);
  }

  #rise(wishes: readonly Wish[], shares: readonly number[], n: number): number {
    return shares[n]! - this.grantedA(wishes[n]!.evse);
  }

  #wishOf(evse: Evse, installed: readonly Installed[], facts: StationFacts, atMs: number): Wish {
    const own = facts.evses.find((candidate) => candidate.evseId === evse.options.evseId)!;
    const inA = heldAt(installed, own, facts, atMs, atMs, 'A');
    const inW = heldAt(installed, own, facts, atMs, atMs, 'W');
    const perA = evse.phasesInUse * facts.nominalVoltageV;
    const mode = inA.operationMode ?? 'ChargingOnly';
    this.#modes.set(evse, mode);
    const limitA = lowest([inA.limit, inA.limit_L2, inA.limit_L3]);
    const limitW = inW.limit_L2 === undefined ? inW.limit : total([inW.limit, inW.limit_L2, inW.limit_L3]);
    const unlimitedA = this.#options.unlimitedA ?? evse.ratingA;
    const boundA = Math.min(limitA ?? unlimitedA, limitW === undefined ? NEVER : limitW / perA);
    const setpointW = this.#setpointW(
      evse,
      mode,
      total([inW.setpoint, inW.setpoint_L2, inW.setpoint_L3]),
      boundA * perA,
    );
    const dischargeW = total([inW.dischargeLimit, inW.dischargeLimit_L2, inW.dischargeLimit_L3]);
    const wanted = setpointW === undefined ? boundA : Math.min(boundA, Math.max(0, setpointW) / perA);
    return {
      evse,
      mode,
      maxA: mode === 'Idle' ? 0 : this.#aboveGap(evse, Math.min(wanted, evse.ratingA)),
      dischargeLimitW: dischargeW ?? Number.NEGATIVE_INFINITY,
      ...(setpointW === undefined ? {} : { setpointW }),
      ...(inA.numberPhases === undefined ? {} : { phases: inA.numberPhases }),
    };
  }

  /** Set point of the modes that have one; undefined = charge up to the limit. */
  #setpointW(evse: Evse, mode: OperationMode, heldW: number | undefined, boundW: number): number | undefined {
    switch (mode) {
      case 'ChargingOnly':
      case 'ExternalLimits':
        // An external set point that has to be obeyed comes with the external constraint itself.
        return heldW;
      case 'Idle':
        return 0;
      case 'LocalLoadBalancing':
        return this.#balance(evse, boundW);
      default:
        return heldW ?? 0;
    }
  }

  /** X60: above the upper threshold down to it (with its offset), below the lower one up to it, between them as it is. */
  #balance(evse: Evse, boundW: number): number {
    this.againMs = Math.min(this.againMs, this.#nowPlus(LOAD_BALANCING_MS));
    const band = this.#options.loadBalancing;
    const netW = this.#options.gridPowerW?.();
    const before = this.#balancedW.get(evse) ?? 0;
    if (band === undefined || netW === undefined) return before;
    let goalW = netW;
    if (netW > band.upperThresholdW) goalW = band.upperThresholdW + band.upperOffsetW;
    else if (netW < band.lowerThresholdW) goalW = band.lowerThresholdW + band.lowerOffsetW;
    const next = Math.min(boundW, evse.powerW() + goalW - netW);
    const target = goalW === netW ? before : next;
    this.#balancedW.set(evse, target);
    return target;
  }

  #atMs = 0;
  #nowPlus(ms: number): number {
    return this.#atMs + ms;
  }
  /** Called before `regulate`: the regulator's own timers count from here. */
  setTime(atMs: number): void {
    this.#atMs = atMs;
  }

  /** Vendors differ below 6 A. */
  #aboveGap(evse: Evse, limitA: number): number {
    const habit = evse.options.belowMinimum ?? 'pauses';
    if (evse.options.currentType === 'DC' || limitA >= 6 || habit === 'pauses') return limitA;
    return habit === 'never-pauses' || limitA > 0 ? 6 : 0;
  }

  #share(
    wishes: readonly Wish[],
    bounds: { readonly perPhaseA: number; readonly totalW: number },
    atMs: number,
  ): readonly number[] {
    const lineA = Math.min(this.#options.fuseA ?? NEVER, bounds.perPhaseA);
    const budget = {
      lineA: [lineA, lineA, lineA] as const,
      totalW: bounds.totalW,
      voltageV: this.#options.nominalVoltageV ?? 230,
    };
    const claimOf = (wish: Wish, maxA: number): CurrentClaim => ({
      minA: wish.evse.options.currentType === 'DC' ? 0 : Math.min(6, maxA),
      maxA,
      lines: wish.evse.lines,
    });
    const full = shareCurrents(
      wishes.map((wish) => claimOf(wish, wish.maxA)),
      budget,
    );
    if (full.every((share, n) => share >= wishes[n]!.maxA - 1e-6)) return full;
    // It does not suffice for all: what a settled car leaves goes to the others.
    this.againMs = Math.min(this.againMs, atMs + REBALANCE_MS);
    const shares = shareCurrents(
      wishes.map((wish) => claimOf(wish, this.#demandA(wish, atMs))),
      budget,
    );
    return this.#withoutOverlap(wishes, shares, budget.lineA[0], bounds.totalW, atMs);
  }

  /** What the car is seen to want, A: judged once it has had its time, and kept until it has had it again. */
  #demandA(wish: Wish, atMs: number): number {
    const { evse } = wish;
    const granted = this.#granted.get(evse);
    if (granted !== undefined && granted.currentA >= 6 && atMs - granted.sinceMs >= SETTLED_MS) {
      const usedA = Math.max(0, evse.car?.currentA() ?? 0);
      const leftA = granted.currentA - usedA;
      if (leftA >= SLACK_A) this.#demand.set(evse, Math.max(6, usedA + SLACK_A + 0.1));
      else this.#demand.delete(evse);
    }
    return Math.min(wish.maxA, this.#demand.get(evse) ?? NEVER);
  }

  /** Nobody rises into current that another one has not yet let go. */
  #withoutOverlap(
    wishes: readonly Wish[],
    shares: readonly number[],
    lineA: number,
    totalW: number,
    atMs: number,
  ): readonly number[] {
    const voltageV = this.#options.nominalVoltageV ?? 230;
    const taken = wishes.map((wish, n) =>
      Math.max(wish.evse.mayDrawA, Math.min(shares[n]!, this.grantedA(wish.evse))),
    );
    return shares.map((share, n) => {
      const wish = wishes[n]!;
      const before = this.grantedA(wish.evse);
      if (share <= before) return share;
      const others = wishes.map((_, k) => k).filter((k) => k !== n);
      const free = [0, 1, 2]
        .filter((k) => wish.evse.lines[k])
        .map((k) => lineA - sum(others.map((o) => (wishes[o]!.evse.lines[k] ? taken[o]! : 0))));
      const othersW = sum(others.map((o) => taken[o]! * wishes[o]!.evse.phasesInUse * voltageV));
      const freeA = Math.min(...free, (totalW - othersW) / (wish.evse.phasesInUse * voltageV));
      const now = Math.max(Math.min(share, before), Math.min(share, freeA));
      if (now < share - 1e-6) this.againMs = Math.min(this.againMs, atMs + WAIT_MS);
      taken[n] = Math.max(taken[n]!, now);
      return now < 6 && wish.evse.options.currentType === 'AC' ? Math.min(before, share) : now;
    });
  }

  #grant(wish: Wish, shareA: number, atMs: number): void {
    const { evse } = wish;
    // Tenths of an ampere, rounded down: a duty cycle has no finer steps.
    const currentA = evse.speaksDigital ? shareA : Math.floor(shareA * 10 + 1e-6) / 10;
    const granted = this.#granted.get(evse);
    if (granted === undefined || Math.abs(granted.currentA - currentA) > 0.05) {
      this.#granted.set(evse, { currentA, sinceMs: atMs });
    }
    evse.offer(this.#offerOf(wish, currentA, atMs));
  }

  #offerOf(wish: Wish, currentA: number, atMs: number): Offer {
    const phases = wish.phases === undefined ? {} : { phases: wish.phases };
    const { evse, setpointW } = wish;
    if (setpointW === undefined || !evse.speaksDigital) return { currentA, ...phases };
    const perA = evse.phasesInUse * (this.#options.nominalVoltageV ?? 230);
    const ratingW = evse.ratingA * perA;
    const feedInW = this.#guard.feedInShare(atMs) * ratingW;
    if (setpointW < 0) this.againMs = Math.min(this.againMs, this.#guard.nextMs(atMs));
    const targetW =
      setpointW >= 0
        ? Math.min(setpointW, currentA * perA)
        : Math.max(setpointW, wish.dischargeLimitW, -feedInW);
    return { currentA, targetW: targetW === 0 ? 0 : targetW, ...phases };
  }
}

function lowest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function total(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : sum(known);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
