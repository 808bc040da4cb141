/**
 * The plan: power per session and slot, what it costs, what was not possible and why.
 *
 * Every array has exactly `slots` entries. `power_w` is the supply-side average over the slot (slot 0: over the
 * part after `now`), charging positive, discharging negative. `soc` is the state at the end of the slot.
 */
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const numbers = () => Type.Array(Type.Number());
const numbersOrNull = () => Type.Array(Type.Union([Type.Number(), Type.Null()]));
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const CostSchema = Type.Object(
  {
    total: Type.Number({ description: 'sum of the other five, in the currency of the problem; an estimate' }),
    import: Type.Number(),
    export: Type.Number({ description: 'minus export_kwh x export_price: negative when exporting earns' }),
    capacity: Type.Number(),
    wear: Type.Number(),
    opportunity: Type.Number(),
  },
  closed,
);

export const ReasonSchema = Type.Object({ code: Type.String(), sentence: Type.String() }, closed);

export const PlannedSessionSchema = Type.Object(
  {
    id: Type.String(),
    power_w: numbers(),
    soc: orNull(numbers()),
    energy_wh: Type.Number({ description: 'net energy from the supply side, Wh' }),
    shortfall_wh: Type.Number({ description: 'sum over the targets of the Wh missing in the battery' }),
    planned_start: orNull(Type.String({ format: 'date-time' })),
    planned_end: orNull(Type.String({ format: 'date-time' })),
    reasons: Type.Array(ReasonSchema),
  },
  closed,
);

export const PlannedStoreSchema = Type.Object(
  { id: Type.String(), power_w: numbers(), soc: numbers() },
  closed,
);

export const BaselineSchema = Type.Object(
  {
    cost: CostSchema,
    shortfall_wh: Type.Number(),
    over_limit_wh: Type.Number(),
    site: Type.Object({ net_w: numbers(), ev_w: numbers() }, closed),
    sessions: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          power_w: numbers(),
          energy_wh: Type.Number(),
          shortfall_wh: Type.Number(),
        },
        closed,
      ),
    ),
    saving: Type.Number({ description: 'cost.total of the baseline minus cost.total of the plan' }),
  },
  closed,
);

export const PlanSchema = Type.Object(
  {
    start: Type.Optional(
      Type.String({ format: 'date-time', description: 'start of slot 0, as in the problem' }),
    ),
    slot_minutes: Type.Optional(Type.Number({ description: 'as in the problem, its default filled in' })),
    currency: Type.Optional(Type.String({ description: 'as in the problem, its default filled in' })),
    status: Type.Union([Type.Literal('optimal'), Type.Literal('feasible'), Type.Literal('fallback')]),
    solver: Type.String(),
    solve_ms: Type.Number(),
    warm_start: Type.Optional(
      Type.Boolean({ description: 'true where the solver started from the last plan; absent otherwise' }),
    ),
    bound: orNull(Type.Number({ description: 'valid lower bound of the cost (level 3)' })),
    gap: orNull(Type.Number({ description: '(cost - bound) / max(1, abs(cost))' })),
    cost: CostSchema,
    shortfall_wh: Type.Number(),
    over_limit_wh: Type.Number(),
    site: Type.Object(
      {
        net_w: numbers(),
        ev_w: numbers(),
        limit_w: numbersOrNull(),
        marginal_price: numbersOrNull(),
      },
      closed,
    ),
    sessions: Type.Array(PlannedSessionSchema),
    stores: Type.Array(PlannedStoreSchema),
    baseline: BaselineSchema,
    co2_g: Type.Object({ plan: orNull(Type.Number()), baseline: orNull(Type.Number()) }, closed),
  },
  { ...closed, $id: 'urn:smac:plan:1', title: 'SMAC plan' },
);

export type Cost = Static<typeof CostSchema>;
export type Reason = Static<typeof ReasonSchema>;
export type PlannedSession = Static<typeof PlannedSessionSchema>;
export type PlannedStore = Static<typeof PlannedStoreSchema>;
export type Baseline = Static<typeof BaselineSchema>;
export type Plan = Static<typeof PlanSchema>;
