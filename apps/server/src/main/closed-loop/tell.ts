/** The figures of a played scenario for people: a few lines per site, and a row of a table. */
import type { SiteFigures } from './figures.ts';
import type { LoopFigures } from './run.ts';

const kwh = (wh: number) => (wh / 1000).toFixed(1);
const percent = (share: number, digits = 1) => (100 * share).toFixed(digits);

export function storyOf(site: SiteFigures): string {
  const over =
    site.firstOverS === undefined
      ? ''
      : `, first after ${site.firstOverS} s, by ${Math.round(site.worstOverW)} W at most`;
  return `
${site.siteId}, limit ${site.limitW / 1000} kW
  above the limit      ${site.overLimitSeconds} s${over}${site.hasFuseMelted ? '; THE FUSE MELTED' : ''}
  needs met            ${percent(site.needsMet, 2)} % of the most that all cars together could have got below the limit, everything known beforehand
  car by car           ${site.staysMet} of ${site.stays} got at least 99 % of what each would have got alone at the site
  in numbers           ${kwh(site.deliveredWh)} kWh of ${kwh(site.askedWh)} asked, ${kwh(site.aloneWh)} each car alone, ${kwh(site.togetherWh)} all together; ${kwh(site.exportedWh)} given back
  peak                 ${(site.peakW / 1000).toFixed(1)} kW (quarter hours)
  cost                 ${costOf(site)} per kWh, charging at once ${site.atOnceCostPerKwh.toFixed(4)} (${kwh(site.atOnceWh)} kWh)
  least served         ${site.worst.map((stay) => `${stay.id} ${kwh(stay.gotWh)}/${kwh(stay.aloneWh)}`).join(', ')}`;
}

const costOf = ({ costPerKwh, currency }: SiteFigures) => `${costPerKwh.toFixed(4)} ${currency}`;

export interface Effort {
  readonly hours: number;
  readonly cpuS: number;
  readonly wallS: number;
}

/** One row of a Markdown table per site; what belongs to the whole run stands in the first. */
export function rowsOf(name: string, figures: LoopFigures, { hours, cpuS, wallS }: Effort): string[] {
  return figures.sites.map((site, n) =>
    rowOf([
      n === 0 ? name : '',
      site.siteId,
      `${hours}`,
      `${site.overLimitSeconds}${site.overLimitSeconds === 0 ? '' : ` (by ${Math.round(site.worstOverW)} W)`}`,
      `${percent(site.needsMet)} %`,
      `${site.staysMet} of ${site.stays}`,
      kwh(site.deliveredWh),
      `${percent(site.costPerKwh / Math.max(1e-9, site.atOnceCostPerKwh) - 1)} %`,
      ...(n === 0
        ? [
            `${figures.stations}`,
            `${figures.faults}`,
            `${figures.plans}`,
            `${figures.commands}`,
            `${figures.messages}`,
            `${cpuS.toFixed(0)} s`,
            `${wallS.toFixed(0)} s`,
          ]
        : ['', '', '', '', '', '', '']),
    ]),
  );
}

export function tableOf(rows: readonly string[]): string {
  return [rowOf(HEADER), rowOf(HEADER.map((_, n) => (n < 2 ? '---' : '--:'))), ...rows].join('\n');
}

const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const HEADER = [
  'scenario',
  'site',
  'hours',
  's above limit',
  'needs met',
  'cars',
  'kWh',
  'cost per kWh vs at once',
  'stations',
  'faults',
  'plans',
  'commands',
  'messages',
  'CPU',
  'wall',
];
