/**
 * 2d: among the plans with least unmet need, max-min fair by fraction of need.
 *
 * Repeatedly: lower the largest fraction theta as far as it goes; the sessions whose rows carry a dual cannot
 * do better, so they are held at theta and the others go on (the classic water-filling by linear programmes).
 * With integers there are no duals: see `fairness-with-integers.ts`.
 */
import type { Layout } from '../../model/layout.ts';
import { shareWithIntegers } from './fairness-with-integers.ts';
import type { HighsProgram } from './program.ts';

interface Claim {
  columns: number[];
  needKwh: number;
  row: number;
}

const MOST_ROUNDS = 200;
const NEGLIGIBLE_KWH = 1e-6;
const NEGLIGIBLE_DUAL = 1e-8;

/** Returns whether fairness was carried through to the last session. */
export function shareShortfall(program: HighsProgram, layout: Layout): boolean {
  if (program.hasIntegers) return shareWithIntegers(program, claimsOf(layout));
  const theta = program.addColumn(0, Number.POSITIVE_INFINITY);
  const objective = { columns: [theta], weights: [1] };
  let open = claimsOf(layout).map((claim) => ({ ...claim, row: addClaimRow(program, claim, theta) }));
  for (let round = 0; open.length > 0; round++) {
    const outcome = round < MOST_ROUNDS ? program.minimise(objective) : null;
    if (outcome === null || !outcome.feasible) {
      for (const claim of open)
        program.setRowBounds(claim.row, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      program.setBounds(theta, 0, Number.POSITIVE_INFINITY);
      return false;
    }
    const share = outcome.columns[theta]!;
    const tight = open.filter((claim) => isBlocked(claim, outcome));
    const held = share * 1e6 < 1 || tight.length === 0 ? open : tight;
    if (program.holdsFaces) program.holdAtPrices(outcome, NEGLIGIBLE_DUAL);
    for (const claim of held) {
      program.setRowBounds(claim.row, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      program.hold({ columns: claim.columns, weights: claim.columns.map(() => 1) }, share * claim.needKwh);
    }
    open = open.filter((claim) => !held.includes(claim));
  }
  return true;
}

function claimsOf(layout: Layout): Omit<Claim, 'row'>[] {
  const bySession = new Map<number, Omit<Claim, 'row'>>();
  for (const shortfall of layout.shortfalls) {
    const needKwh = layout.needKwh[shortfall.session]!;
    if (needKwh <= NEGLIGIBLE_KWH) continue;
    const claim = bySession.get(shortfall.session) ?? { columns: [], needKwh };
    claim.columns.push(shortfall.column);
    bySession.set(shortfall.session, claim);
  }
  return [...bySession.values()];
}

function addClaimRow(program: HighsProgram, claim: Omit<Claim, 'row'>, theta: number): number {
  return program.addRow(
    Number.NEGATIVE_INFINITY,
    0,
    [...claim.columns, theta],
    [...claim.columns.map(() => 1), -claim.needKwh],
  );
}

/** A row with a price is tight in every optimum: this session cannot do better. */
function isBlocked(claim: Claim, outcome: { rowDuals: Float64Array }): boolean {
  return Math.abs(outcome.rowDuals[claim.row]!) > NEGLIGIBLE_DUAL;
}
