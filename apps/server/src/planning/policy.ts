/** Numbers of the room a host may change; the defaults stand in `DEFAULT_PLANNING_POLICY`. */
export interface PlanningPolicy {
  /** Minutes of a slot where a context does not say; a divisor of 60. */
  readonly slotMinutes: number;
  readonly slots: number;
  /** Share of the energy of uncontrolled charging that may be lost by unexpected departures, 0..1. */
  readonly departureRisk: number;
  /** An announced departure counts as firm: for fleets, bookings and other places where people leave when they said. Otherwise learned stays decide. */
  readonly trustDepartures: boolean;
  /** Share of the room below the limit kept for cars yet to come, 0..1, from `newcomerHours` ahead on; less before. */
  readonly newcomerShare: number;
  readonly newcomerHours: number;
  /** Observations the published statistics of stays count for. */
  readonly priorStays: number;
  /** X57: a session charges at once when the time it needs at full power is this close to the time left, ms. */
  readonly fastMarginMs: number;
  /** Wh assumed where nobody said how much a driver needs. */
  readonly unknownNeedWh: number;
  /** What a driver wants who says nothing and whose token says nothing. */
  readonly defaultProfileType: 'CHEAP' | 'FAST' | 'GREEN' | 'REGULAR';
  /** A forecast older than this is not believed, ms. */
  readonly maxForecastAgeMs: number;
  /** Bursts of triggers within this are one plan, ms. */
  readonly coalesceMs: number;
  /** Wall-clock seconds a solver may take. */
  readonly solverSeconds: number;
  /** Contexts planned at the same time. */
  readonly concurrency: number;
  /**
   * Up to this many sessions minimum power and occupancy are planned exactly (integers); above, the linear model plans and powers below
   * the minimum are gathered, in what is sent and in what pages tell. 0: with integers a plan takes 7 (2 sessions) to 60 times (10) the
   * processor time, at every change, and from 6 sessions on a busy machine it does not end within `solverSeconds`.
   */
  readonly exactSessions: number;
  /** A measured power further from the plan than this share (and 500 W) is a deviation. */
  readonly meterTolerance: number;
  /** Peers whose cars charge for a moment at the start, whatever the plan says: those whose stations this server drives itself (X14). */
  readonly kickPeers: readonly string[];
  /** Time zone of a site whose location does not say. */
  readonly timeZone: string;
}

export const DEFAULT_PLANNING_POLICY: PlanningPolicy = {
  slotMinutes: 15,
  slots: 96,
  departureRisk: 0.01,
  trustDepartures: false,
  newcomerShare: 0.5,
  newcomerHours: 3,
  priorStays: 40,
  fastMarginMs: 5 * 60_000,
  unknownNeedWh: 60_000,
  defaultProfileType: 'REGULAR',
  maxForecastAgeMs: 36 * 3_600_000,
  coalesceMs: 5,
  solverSeconds: 0.7,
  concurrency: 2,
  exactSessions: 0,
  meterTolerance: 0.15,
  kickPeers: [],
  timeZone: 'UTC',
};
