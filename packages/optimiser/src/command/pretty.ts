/** A plan for a person at a terminal: one table, one chart, the reasons. */
import type { Plan, Problem } from '../contract/index.ts';

const BARS = ' ▁▂▃▄▅▆▇█';
const WIDEST_CHART = 96;

export function prettyPlan(problem: Problem, plan: Plan): string {
  const currency = problem.currency ?? 'EUR';
  const money = (amount: number) => `${amount.toFixed(2)} ${currency}`;
  const lines = [
    `${plan.status} (${plan.solver}, ${plan.solve_ms.toFixed(0)} ms${plan.gap === null ? '' : `, gap ${(plan.gap * 100).toFixed(4)} %`})`,
    `cost ${money(plan.cost.total)}, uncontrolled ${money(plan.baseline.cost.total)}, saving ${money(plan.baseline.saving)}`,
  ];
  if (plan.shortfall_wh > 1) lines.push(`not possible: ${kwh(plan.shortfall_wh)} of what was asked`);
  if (plan.over_limit_wh > 1) lines.push(`site over its limit without the cars: ${kwh(plan.over_limit_wh)}`);
  lines.push('', ...sessionTable(plan), '', ...chart(plan));
  return `${lines.join('\n')}\n`;
}

function sessionTable(plan: Plan): string[] {
  const rows = plan.sessions.map((session) => [
    session.id,
    kwh(session.energy_wh),
    session.shortfall_wh > 1 ? kwh(session.shortfall_wh) : '-',
    session.soc === null ? '-' : `${(100 * session.soc.at(-1)!).toFixed(0)} %`,
    session.planned_start?.slice(11, 16) ?? '-',
    session.planned_end?.slice(11, 16) ?? '-',
    session.reasons.map((reason) => reason.sentence).join(' '),
  ]);
  return table([['session', 'energy', 'missing', 'soc at end', 'from', 'until', 'why'], ...rows]);
}

function table(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

/** Power of cars and of the supply point over the horizon, several slots to a column when it is long. */
function chart(plan: Plan): string[] {
  const perColumn = Math.ceil(plan.site.net_w.length / WIDEST_CHART);
  const bars = (title: string, powerW: number[]) => {
    const columns = Array.from({ length: Math.ceil(powerW.length / perColumn) }, (_, i) => {
      const part = powerW.slice(i * perColumn, (i + 1) * perColumn);
      return part.reduce((sum, power) => sum + power, 0) / part.length;
    });
    const highest = Math.max(...columns, 1);
    const bar = (power: number) =>
      power < 0 ? '▽' : BARS[Math.round((power / highest) * (BARS.length - 1))]!;
    return `${title} ${columns.map(bar).join('')} up to ${(highest / 1000).toFixed(1)} kW`;
  };
  return [bars('cars', plan.site.ev_w), bars('site', plan.site.net_w)];
}

const kwh = (wh: number) => `${(wh / 1000).toFixed(1)} kWh`;
