/**
 * What vehicle-to-grid does to the battery, compared with smart charging and with no control at all (SMC_011).
 *
 * Three SoC paths of the same stay: uncontrolled (the plan's baseline), smart without discharge (V1G), and the plan
 * (V2G). Each gets calendar and cycle loss from a published model; the differences are what matters.
 */
import type { Plan, Problem, Session } from '../contract/index.ts';
import { type NormalSession, normalise } from '../grid/index.ts';
import { DEFAULT_WEAR_ASSUMPTIONS, type WearAssumptions } from './assumptions.ts';
import { type Age, type CapacityLoss, WEAR_MODELS } from './models.ts';
import { type SocPath, stressOf } from './stress.ts';

export interface PathWear {
  chargedKwh: number;
  dischargedKwh: number;
  equivalentFullCycles: number;
  meanSoc: number;
  hoursAtHighSoc: number;
  /** Share of the capacity lost in this stay. */
  loss: CapacityLoss & { total: number };
  /** The loss as a share of the pack's value, in the problem's currency. */
  cost: number;
}

export interface SessionWear {
  id: string;
  uncontrolled: PathWear;
  smart: PathWear;
  v2g: PathWear;
  /** V2G less smart charging: what discharging alone costs. */
  extra: {
    equivalentFullCycles: number;
    loss: number;
    cost: number;
    /** Lowest and highest cost within the uncertainty. */
    costRange: readonly [number, number];
    /** Currency per kWh discharged, null without discharge: comparable with `wear_cost`. */
    costPerKwh: number | null;
    /** Share of the warranty's throughput used by this stay, null when the warranty says nothing. */
    warrantyShare: number | null;
  };
}

export interface WearAssessment {
  model: string;
  chemistry: string;
  source: string;
  assumptions: WearAssumptions;
  /** One sentence for reports: model, chemistry, temperature, uncertainty. */
  statement: string;
  /** Sessions with a known battery. */
  sessions: SessionWear[];
}

/** The same problem without any discharge of cars: plan it to get the `smart` path. */
export function withoutDischarge(problem: Problem): Problem {
  const chargeOnly = (session: Session): Session =>
    (session.max_discharge_w ?? 0) === 0 ? session : { ...session, max_discharge_w: 0 };
  return { ...problem, sessions: (problem.sessions ?? []).map(chargeOnly) };
}

/**
 * @param problem the problem of both plans
 * @param v2g its plan
 * @param smart the plan of `withoutDischarge(problem)`
 */
export function assessWear(
  problem: Problem,
  v2g: Plan,
  smart: Plan,
  given: Partial<WearAssumptions> = {},
): WearAssessment {
  const assumptions = { ...DEFAULT_WEAR_ASSUMPTIONS, ...given };
  const model = WEAR_MODELS[assumptions.chemistry];
  const normal = normalise(problem);
  const sessions = normal.sessions
    .filter((session) => session.hasBattery)
    .map((session): SessionWear => {
      const wear = (powerW: readonly number[]) => wearOf(session, normal.hours, powerW, assumptions);
      return compare(
        session,
        {
          uncontrolled: wear(v2g.baseline.sessions[session.index]!.power_w),
          smart: wear(smart.sessions[session.index]!.power_w),
          v2g: wear(v2g.sessions[session.index]!.power_w),
        },
        assumptions,
      );
    });
  const percentage = Math.round(assumptions.uncertainty * 100);
  return {
    model: model.name,
    chemistry: model.chemistry,
    source: model.source,
    assumptions,
    statement: `${model.name} for ${model.chemistry} at ${assumptions.temperatureC} °C, battery ${assumptions.ageYears} years old; all losses +-${percentage} %.`,
    sessions,
  };
}

/** The car and its stay, as far as its battery is concerned. */
export type WornBattery = Pick<
  NormalSession,
  'capacityWh' | 'startWh' | 'firstSlot' | 'endSlot' | 'chargeEfficiency' | 'dischargeEfficiency'
>;

/** Wear of one path of power (W per slot, discharging negative): a stay that is over has been measured, not planned. */
export function wearOf(
  session: WornBattery,
  hours: Float64Array,
  powerW: readonly number[],
  assumptions: WearAssumptions = DEFAULT_WEAR_ASSUMPTIONS,
): PathWear {
  const { capacityWh } = session;
  let chargedWh = 0;
  let dischargedWh = 0;
  let contentWh = session.startWh;
  const path: SocPath & { soc: number[]; hours: number[] } = { soc: [contentWh / capacityWh], hours: [] };
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    const energyWh = powerW[slot]! * hours[slot]!;
    if (energyWh > 0) chargedWh += energyWh;
    else dischargedWh -= energyWh;
    contentWh += energyWh > 0 ? energyWh * session.chargeEfficiency : energyWh / session.dischargeEfficiency;
    path.soc.push(contentWh / capacityWh);
    path.hours.push(hours[slot]!);
  }
  const stress = stressOf(path);
  const { temperatureC, packPricePerKwh, endOfLifeLoss, chemistry } = assumptions;
  const loss = WEAR_MODELS[chemistry].loss(stress, ageOf(assumptions, capacityWh), temperatureC);
  const total = loss.calendar + loss.cycle;
  return {
    chargedKwh: chargedWh / 1000,
    dischargedKwh: dischargedWh / 1000,
    equivalentFullCycles: stress.equivalentFullCycles,
    meanSoc: path.soc.reduce((sum, soc) => sum + soc, 0) / path.soc.length,
    hoursAtHighSoc: stress.hoursAtHighSoc,
    loss: { ...loss, total },
    cost: (total / endOfLifeLoss) * packPricePerKwh * (capacityWh / 1000),
  };
}

/** Everything that was driven had been charged before: one full cycle per capacity driven. */
function ageOf({ ageYears, drivingKwhPerYear }: WearAssumptions, capacityWh: number): Age {
  return {
    days: ageYears * 365.25,
    equivalentFullCycles: (ageYears * drivingKwhPerYear) / (capacityWh / 1000),
  };
}

function compare(
  session: NormalSession,
  paths: Pick<SessionWear, 'uncontrolled' | 'smart' | 'v2g'>,
  { uncertainty, warrantyThroughputKwh }: WearAssumptions,
): SessionWear {
  const { smart, v2g } = paths;
  const cost = v2g.cost - smart.cost;
  const spread = Math.abs(cost) * uncertainty;
  return {
    id: session.id,
    ...paths,
    extra: {
      equivalentFullCycles: v2g.equivalentFullCycles - smart.equivalentFullCycles,
      loss: v2g.loss.total - smart.loss.total,
      cost,
      costRange: [cost - spread, cost + spread],
      costPerKwh: v2g.dischargedKwh > 0 ? cost / v2g.dischargedKwh : null,
      warrantyShare: warrantyThroughputKwh === null ? null : v2g.dischargedKwh / warrantyThroughputKwh,
    },
  };
}
