export const PLAN_HELP = `smac plan FILE|-

Reads a planning problem (JSON) from FILE, or from standard input with -, and prints the plan:
how much power every car gets in every slot, what it costs, and what was not possible.

  --pretty               a table and a small chart instead of JSON
  --time-limit SECONDS   most time for the solver (default 10)
  --engine NAME          auto (default) takes the fastest engine that is exact for the problem; or one of greedy (cars that
                         only charge), flow (and have costs of their own), interior (discharge, stores), repair
                         (minimum power and occupancy of fleets, with a bound), highs (everything)
  --last FILE            the plan before this one (its JSON): after a car came or left, or a price or limit changed, planning again takes
                         less time. The cost is the same without it; where it is of no use, standard error says why
  --help                 this text

Exit code 0 with a plan, also when a need cannot be met (see shortfall_wh); 2 when the input is wrong,
with one line per mistake.

Example: one car, two hours, the second one cheaper.

  echo '{
    "start": "2026-01-01T00:00:00Z", "slot_minutes": 30, "slots": 4,
    "site": { "max_import_w": 20000, "import_price": [0.30, 0.28, 0.10, 0.12] },
    "sessions": [{
      "id": "car", "max_charge_w": 11000, "battery_wh": 60000, "soc": 0.5,
      "departure": "2026-01-01T02:00:00Z",
      "targets": [{ "at": "2026-01-01T02:00:00Z", "soc": 0.6 }]
    }]
  }' | smac plan - --pretty

Powers are W (charging positive), energies Wh, prices per kWh, times UTC. The full format is in
packages/optimiser/schema/problem.schema.json.
`;
