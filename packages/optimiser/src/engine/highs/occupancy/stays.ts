/** Which sessions the column generation can guide: charge-only, all their targets due at departure. */
import type { NormalProblem, NormalSession } from '../../../grid/index.ts';
import type { Model } from '../../../model/build.ts';
import type { Stay } from './schedule.ts';

export function guidedStays(normal: NormalProblem, model: Model): Stay[] {
  return model.layout.occupancies
    .map(({ session }) => normal.sessions[session]!)
    .filter(isSimple)
    .map((session) => stayOf(normal, model, session));
}

const isSimple = (session: NormalSession) =>
  session.maxDischargeW === 0 &&
  session.preference !== 'FAST' &&
  session.targets.every((target) => target.endSlot >= session.endSlot);

function stayOf(normal: NormalProblem, model: Model, session: NormalSession): Stay {
  const { matrix, layout } = model;
  const { charge } = layout.sessions[session.index]!;
  const window = session.endSlot - session.firstSlot;
  const mostKwh = matrix.columnUpper.slice(charge, charge + window);
  const ceilingKwh = (session.ceilingWithMinimumWh - session.startWh) / 1000 / session.chargeEfficiency;
  const unavoidableKwh = layout.shortfalls
    .filter((shortfall) => shortfall.session === session.index)
    .reduce((least, shortfall) => Math.max(least, shortfall.unavoidableKwh), 0);
  const needKwh = (session.needWh / 1000 - unavoidableKwh) / session.chargeEfficiency;
  let cost = 0;
  const occupancyCost = Float64Array.from({ length: window }, (_, k) => {
    cost += normal.site.opportunityCostPerSlot * (session.occupiedSlots + k);
    return cost;
  });
  return {
    session: session.index,
    mostKwh,
    needKwh: Math.max(0, Math.min(needKwh, ceilingKwh)),
    ceilingKwh,
    occupancyCost,
  };
}
