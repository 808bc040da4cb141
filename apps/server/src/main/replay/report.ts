import { costRatio, type DayFigures, latencyMs } from './figures.ts';

const COLUMNS = [
  ['day', 10],
  ['cars', 5],
  ['asked kWh', 10],
  ['deliv. kWh', 11],
  ['% of unc.', 10],
  ['cost unc.', 10],
  ['cost SMAC', 10],
  ['optimum', 9],
  ['x opt.', 7],
  ['peak kW', 8],
  ['over', 5],
  ['plans', 6],
  ['p50 ms', 7],
  ['p99 ms', 7],
] as const;

export function headline(): string {
  return COLUMNS.map(([name, width], n) => (n === 0 ? name.padEnd(width) : name.padStart(width))).join('');
}

/** One row of the table. Costs in the currency of the prices, base load not counted. */
export function line(figures: DayFigures): string {
  const ms = (probability: number) => latencyMs(figures, probability)?.toFixed(0) ?? '-';
  const share =
    figures.uncontrolledWh === 0 ? '-' : ((100 * figures.deliveredWh) / figures.uncontrolledWh).toFixed(2);
  const ratio = costRatio(figures);
  const cells = [
    figures.day,
    String(figures.sessions),
    (figures.askedWh / 1000).toFixed(1),
    (figures.deliveredWh / 1000).toFixed(1),
    share,
    figures.uncontrolledCost.toFixed(2),
    figures.cost.toFixed(2),
    figures.optimum.cost.toFixed(2),
    Number.isFinite(ratio) ? ratio.toFixed(3) : '-',
    (figures.peakW / 1000).toFixed(1),
    String(figures.overLimitSlots),
    String(figures.plans),
    ms(0.5),
    ms(0.99),
  ];
  return cells
    .map((cell, n) => (n === 0 ? cell.padEnd(COLUMNS[n]![1]) : cell.padStart(COLUMNS[n]![1])))
    .join('');
}

/** The figures that were promised, with what came out. */
export function verdict(total: DayFigures, departures: 'true' | 'announced'): readonly string[] {
  const share = (100 * total.deliveredWh) / total.uncontrolledWh;
  const stored = (100 * total.storedWh) / total.uncontrolledStoredWh;
  const least = departures === 'true' ? 99.5 : 99;
  const saving = 100 * (1 - total.cost / total.deliveredWh / (total.uncontrolledCost / total.uncontrolledWh));
  const mark = (good: boolean) => (good ? 'reached' : 'MISSED');
  return [
    `over-limit slots: ${total.overLimitSlots} (wanted 0: ${mark(total.overLimitSlots === 0)})`,
    `energy: ${share.toFixed(2)} % of uncontrolled charging under the same limit (wanted >= ${least} %: ${mark(share >= least)}); into batteries ${stored.toFixed(2)} %`,
    `cost: ${costRatio(total).toFixed(3)} x the clairvoyant optimum per kWh${departures === 'true' ? ` (wanted <= 1.05: ${mark(costRatio(total) <= 1.05)})` : ''}; ${saving.toFixed(1)} % less per kWh than uncontrolled`,
  ];
}
