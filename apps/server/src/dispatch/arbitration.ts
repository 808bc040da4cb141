/**
 * Who wins when several actors want something else of the same charging session (D1.5-R4-2): one table, and the two questions that are
 * asked of it. A limit never raises another: of limits the lowest binds, whoever set it. Only modes (which profile rules a session,
 * whether it may discharge) are won by rank.
 */

/** From the first to the last word. */
export const ACTORS = ['safety', 'dso', 'tso', 'driver', 'scsp', 'cpo'] as const;
export type Actor = (typeof ACTORS)[number];

/** What each actor speaks with in this platform. */
export const VOICES: Readonly<Record<Actor, string>> = {
  safety: 'fuses, phases, limits that stations report (NotifyChargingLimit), the ledger of the guard',
  dso: 'capacity of the grid operator (OSCP forecasts and fallbacks)',
  tso: 'flex orders, within contract and capacity',
  driver: 'consent to discharge, departure, needs, priority charging at the station, choice of who plans',
  scsp: 'charging profiles of another party (OCPI ChargingProfiles)',
  cpo: 'own plan, contracted limit, profiles by hand',
};

export function outranks(a: Actor, b: Actor): boolean {
  return ACTORS.indexOf(a) < ACTORS.indexOf(b);
}

/** A wish that excludes others, e.g. which profile rules a session. */
export interface Claim {
  readonly actor: Actor;
  /** By a person for this one session, rather than by a standing rule or plan. */
  readonly byHand?: boolean;
  /** Since when it holds; of equals the first one stays (D1.5-§2.3.1.1-MIX). */
  readonly sinceMs?: number;
}

/**
 * The claim that wins: the higher actor; of one actor what a person decided before what a plan decided; of those the first, so that two
 * parties cannot undo each other's work in turns.
 */
export function winner<C extends Claim>(claims: readonly C[]): C | undefined {
  return [...claims].sort(
    (a, b) =>
      ACTORS.indexOf(a.actor) - ACTORS.indexOf(b.actor) ||
      Number(b.byHand ?? false) - Number(a.byHand ?? false) ||
      (a.sinceMs ?? 0) - (b.sinceMs ?? 0),
  )[0];
}

/** Whether `newcomer` takes the place of `holder`. */
export function takesOver(newcomer: Claim, holder: Claim): boolean {
  return winner([holder, newcomer]) === newcomer;
}

export interface LimitClaim {
  readonly actor: Actor;
  /** W; Infinity: none. */
  readonly limitW: number;
}

/** The limit that binds: the lowest; where several are equal it is told as that of the highest actor. Undefined: nobody limits. */
export function bindingLimit<C extends LimitClaim>(claims: readonly C[]): C | undefined {
  return claims
    .filter(({ limitW }) => Number.isFinite(limitW))
    .sort((a, b) => a.limitW - b.limitW || ACTORS.indexOf(a.actor) - ACTORS.indexOf(b.actor))[0];
}
