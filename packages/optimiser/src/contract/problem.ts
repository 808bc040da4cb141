/**
 * The planning problem: everything a plan is made from, and nothing else.
 *
 * Powers in W, energies in Wh, prices in currency per kWh, SoC 0..1, times RFC 3339 UTC. Import and charging
 * are positive. Field names are the public ones (snake_case). Shape and ranges stand here; rules between
 * fields stand in `rules.ts`. Source: D4.2 section 5.3 (I1.1 to I4.2) with X2, X6 to X13, X34, X36, X54.
 */
import { type Static, Type } from 'typebox';

/** Most slots of one problem; bounds memory and time of a request. */
export const MAX_SLOTS = 2000;
/** Most sessions of one problem. */
export const MAX_SESSIONS = 20_000;
/** Most groups and stores of one problem. */
export const MAX_GROUPS = 5_000;
export const MAX_STORES = 200;
/** Most targets of one session. */
export const MAX_TARGETS = 50;

const closed = { additionalProperties: false } as const;

const time = (description: string) => Type.String({ format: 'date-time', maxLength: 40, description });
const identifier = (description: string) => Type.String({ minLength: 1, maxLength: 255, description });
const magnitude = (description: string) => Type.Number({ minimum: 0, description });
const ratio = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const efficiency = (description: string) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1, description });
const perSlot = (description: string) => Type.Array(Type.Number(), { maxItems: MAX_SLOTS, description });
const magnitudePerSlot = (description: string) =>
  Type.Array(Type.Number({ minimum: 0 }), { maxItems: MAX_SLOTS, description });
const magnitudeOrPerSlot = (description: string) =>
  Type.Union(
    [Type.Number({ minimum: 0 }), Type.Array(Type.Number({ minimum: 0 }), { maxItems: MAX_SLOTS })],
    { description },
  );

export const TargetSchema = Type.Object(
  {
    at: time('time by which the SoC is to be reached; rounded down to a slot end'),
    soc: ratio('SoC to be reached, 0..1 (I1.9)'),
    kind: Type.Optional(
      Type.Union([Type.Literal('target'), Type.Literal('minimum')], {
        default: 'target',
        description: 'a minimum goes before the targets of everybody',
      }),
    ),
  },
  closed,
);

export const SessionSchema = Type.Object(
  {
    id: identifier('unique in the problem'),
    arrival: Type.Optional(time('default start; before start or now: already there')),
    departure: Type.Optional(time('absent, or not after now: unknown, the end of the horizon counts')),
    max_charge_w: magnitude('least of connector, cable and EV, W (I1.7)'),
    charge_limit_w: Type.Optional(
      magnitudePerSlot(
        'least of what service and contract allow in each slot, W: cuts max_charge_w (US-BCN-strategy); below min_charge_w: no charging',
      ),
    ),
    min_charge_w: Type.Optional(magnitude('charging power is 0 or at least this, W (X34)')),
    max_discharge_w: Type.Optional(magnitude('0: no V2G (I2.1); needs a battery')),
    phases: Type.Optional(
      Type.Array(Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)]), {
        minItems: 1,
        maxItems: 3,
        description: 'phases in use; the power splits evenly; default all three',
      }),
    ),
    battery_wh: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'capacity, Wh (I1.5)' })),
    soc: Type.Optional(ratio('SoC at arrival, or now when it is already there (I1.6)')),
    reserve_soc: Type.Optional(ratio('SoC never falls below min(soc, reserve_soc); default min(soc, 0.2)')),
    max_soc: Type.Optional(ratio('SoC never rises above max(soc, max_soc); default 1')),
    targets: Type.Optional(Type.Array(TargetSchema, { maxItems: MAX_TARGETS })),
    energy_need_wh: Type.Optional(magnitude('instead of targets: Wh into the battery by departure')),
    charge_efficiency: Type.Optional(efficiency('battery Wh per supply Wh while charging')),
    discharge_efficiency: Type.Optional(efficiency('supply Wh per battery Wh while discharging')),
    wear_cost: Type.Optional(magnitude('per kWh discharged, supply side')),
    occupied_slots: Type.Optional(magnitude('slots the connector was occupied before slot 0 (I4.1)')),
    priority: Type.Optional(Type.Union([Type.Literal('normal'), Type.Literal('priority')])),
    preference: Type.Optional(
      Type.Union([
        Type.Literal('CHEAP'),
        Type.Literal('GREEN'),
        Type.Literal('FAST'),
        Type.Literal('REGULAR'),
      ]),
    ),
  },
  closed,
);

export const SiteSchema = Type.Object(
  {
    max_import_w: Type.Optional(magnitudeOrPerSlot('contracted limit of net import, W (I1.3)')),
    flex_w: Type.Optional(perSlot('offset on max_import_w, either sign, W (I3.1)')),
    cap_w: Type.Optional(magnitudeOrPerSlot('hard import cap, W; flex never lifts above it')),
    max_phase_w: Type.Optional(magnitude('import limit per phase, W')),
    max_export_w: Type.Optional(magnitudeOrPerSlot('limit of net export, W, a magnitude; default 0 (X6)')),
    demand_w: Type.Optional(magnitudePerSlot('uncontrollable demand, average W of the slot (I1.1)')),
    generation_w: Type.Optional(magnitudePerSlot('uncontrollable generation, average W of the slot (I1.2)')),
    import_price: Type.Optional(perSlot('currency per kWh imported, any sign (I1.4)')),
    export_price: Type.Optional(perSlot('currency per kWh exported, any sign')),
    capacity_price: Type.Optional(magnitude('currency per kW of the peak above peak_so_far_w')),
    peak_so_far_w: Type.Optional(magnitude('highest slot-average import of the period so far, W')),
    co2_g_per_kwh: Type.Optional(magnitudePerSlot('intensity of imported energy, g/kWh')),
    opportunity_cost: Type.Optional(magnitude('currency per occupied slot at this slot_minutes (I4.2, X36)')),
  },
  closed,
);

export const GroupSchema = Type.Object(
  {
    id: identifier('unique among the groups'),
    sessions: Type.Array(identifier('id of a session'), { maxItems: MAX_SESSIONS }),
    max_w: Type.Optional(magnitude('limit of the sum of the sessions in either direction, W')),
    max_phase_w: Type.Optional(magnitude('limit of the sum per phase in either direction, W')),
  },
  closed,
);

export const StoreSchema = Type.Object(
  {
    id: identifier('unique among the stores'),
    capacity_wh: Type.Number({ exclusiveMinimum: 0, description: 'Wh' }),
    soc: ratio('SoC now'),
    min_soc: Type.Optional(ratio('default 0; a store that starts below it may stay there')),
    max_soc: Type.Optional(ratio('default 1; a store that starts above it may stay there')),
    max_charge_w: magnitude('W'),
    max_discharge_w: magnitude('W'),
    charge_efficiency: Type.Optional(efficiency('battery Wh per supply Wh while charging')),
    discharge_efficiency: Type.Optional(efficiency('supply Wh per battery Wh while discharging')),
    wear_cost: Type.Optional(magnitude('per kWh discharged, supply side')),
    end_soc: Type.Optional(ratio("least SoC at the horizon's end; default soc")),
  },
  closed,
);

export const ProblemSchema = Type.Object(
  {
    start: time('start of slot 0'),
    now: Type.Optional(time('a time in slot 0, default start; slot 0 lasts from now to its end')),
    slot0_import_wh: Type.Optional(magnitude('import already used in slot 0 before now, Wh')),
    slot_minutes: Type.Optional(Type.Number({ minimum: 1, maximum: 60, default: 15 })),
    slots: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_SLOTS, default: 96 })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$', default: 'EUR', description: 'ISO 4217' })),
    opportunity: Type.Optional(
      Type.Union([Type.Literal('exact'), Type.Literal('linear')], {
        default: 'exact',
        description: 'occupancy cost as written (integer) or the energy-weighted surrogate for fleets',
      }),
    ),
    site: Type.Optional(SiteSchema),
    sessions: Type.Optional(Type.Array(SessionSchema, { maxItems: MAX_SESSIONS })),
    groups: Type.Optional(Type.Array(GroupSchema, { maxItems: MAX_GROUPS })),
    stores: Type.Optional(Type.Array(StoreSchema, { maxItems: MAX_STORES })),
  },
  { ...closed, $id: 'urn:smac:planning-problem:1', title: 'SMAC planning problem' },
);

export type Target = Static<typeof TargetSchema>;
export type Session = Static<typeof SessionSchema>;
export type Site = Static<typeof SiteSchema>;
export type Group = Static<typeof GroupSchema>;
export type Store = Static<typeof StoreSchema>;
/** A planning problem as it travels (JSON). Obtain a trusted one from `parseProblem`. */
export type Problem = Static<typeof ProblemSchema>;
