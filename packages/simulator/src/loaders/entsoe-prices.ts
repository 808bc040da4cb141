import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { endOf, resample, type Series } from '../series/series.ts';
import { type Loaded, Problems } from './loaded.ts';

const STEP_MS: Readonly<Record<string, number>> = {
  PT15M: 900_000,
  PT30M: 1_800_000,
  PT60M: 3_600_000,
  PT1H: 3_600_000,
};

/** Day-ahead prices of the ENTSO-E Transparency Platform: currency per kWh and the currency they are in. */
export interface EntsoePrices {
  readonly currency: string;
  readonly prices: Series;
}

type Element = Readonly<Record<string, unknown>>;
/** Line on which an element starts, 1-based. */
type LineOf = (element: Element) => number;

const META = XMLParser.getMetaDataSymbol() as symbol;

/**
 * A Publication_MarketDocument with document type A44. Curve type A03 leaves out a position whose value repeats the one
 * before ("variable sized block"), so missing positions hold the last value; A01 must have all of them. Periods of
 * different resolution (PT15M beside PT60M) end up on the finest grid. Prices are per MWh in the file.
 */
export function parseEntsoeA44(text: string, file: string): Loaded<EntsoePrices> {
  const problems = new Problems(file);
  const nothing = { currency: '', prices: { startMs: 0, stepMs: 3_600_000, values: [] } };
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    problems.add(valid.err.line, 'xml', `${valid.err.msg}; fetch the document again`);
    return problems.finish(nothing);
  }
  const parser = new XMLParser({ parseTagValue: false, removeNSPrefix: true, captureMetaData: true });
  const root = parser.parse(text) as Element;
  const lineOf: LineOf = (element) => {
    const at = (element as Record<symbol, { startIndex?: number } | undefined>)[META]?.startIndex;
    return at === undefined ? 0 : text.slice(0, at).split('\n').length;
  };
  const document = root.Publication_MarketDocument as Element | undefined;
  if (document === undefined) {
    const reason = ((root.Acknowledgement_MarketDocument as Element | undefined)?.Reason as Element)?.text;
    const got = reason === undefined ? 'another document' : `an acknowledgement: ${String(reason)}`;
    problems.add(0, 'Publication_MarketDocument', `is missing, this is ${got}; ask for document type A44`);
    return problems.finish(nothing);
  }
  if (document.type !== undefined && document.type !== 'A44') {
    problems.add(lineOf(document), 'type', `must be A44 (price document), got ${String(document.type)}`);
  }
  const pieces: Series[] = [];
  const currencies = new Set<string>();
  for (const timeSeries of list(document.TimeSeries)) {
    currencies.add(String(timeSeries['currency_Unit.name'] ?? 'EUR'));
    const unit = timeSeries['price_Measure_Unit.name'];
    if (unit !== undefined && unit !== 'MWH') {
      problems.add(lineOf(timeSeries), 'price_Measure_Unit.name', `must be MWH, got ${String(unit)}`);
    }
    const mayRepeat = timeSeries.curveType === 'A03';
    for (const period of list(timeSeries.Period)) {
      const piece = readPeriod(period, mayRepeat, problems, lineOf);
      if (piece !== undefined) pieces.push(piece);
    }
  }
  if (currencies.size > 1) {
    problems.add(0, 'currency_Unit.name', `must be one currency, got ${[...currencies].join(' and ')}`);
  }
  const prices = joined(pieces, problems);
  return problems.finish({ currency: [...currencies][0] ?? 'EUR', prices });
}

function readPeriod(
  period: Element,
  mayRepeat: boolean,
  problems: Problems,
  lineOf: LineOf,
): Series | undefined {
  const interval = (period.timeInterval ?? {}) as Element;
  const startMs = Date.parse(String(interval.start));
  const endMs = Date.parse(String(interval.end));
  const stepMs = STEP_MS[String(period.resolution)];
  if (stepMs === undefined || !(endMs > startMs)) {
    problems.add(lineOf(period), 'Period', 'needs a timeInterval and a resolution of PT15M, PT30M or PT60M');
    return undefined;
  }
  const count = Math.round((endMs - startMs) / stepMs);
  const values: (number | undefined)[] = new Array<undefined>(count).fill(undefined);
  for (const point of list(period.Point)) {
    const position = Number(point.position);
    const price = Number(point['price.amount']);
    const where = `Point ${String(point.position)} of ${String(interval.start)}`;
    if (!(position >= 1 && position <= count))
      problems.add(lineOf(point), where, `position must be 1..${count}`);
    else if (point['price.amount'] === undefined || !Number.isFinite(price))
      problems.add(lineOf(point), where, 'price.amount must be a number');
    else values[position - 1] = price / 1000;
  }
  let last = values[0];
  if (last === undefined) {
    problems.add(
      lineOf(period),
      `Period ${String(interval.start)}`,
      'has no point 1, so there is nothing to hold',
    );
    return undefined;
  }
  const filled: number[] = [];
  values.forEach((value, k) => {
    if (value === undefined && !mayRepeat) {
      problems.add(
        lineOf(period),
        `Period ${String(interval.start)}`,
        `point ${k + 1} is missing and curveType is not A03`,
      );
    }
    last = value ?? last!;
    filled.push(last);
  });
  return { startMs, stepMs, values: filled };
}

function joined(pieces: readonly Series[], problems: Problems): Series {
  const sorted = [...pieces].sort((a, b) => a.startMs - b.startMs || a.stepMs - b.stepMs);
  const first = sorted[0];
  if (first === undefined) {
    problems.add(0, 'TimeSeries', 'the document holds no prices');
    return { startMs: 0, stepMs: 3_600_000, values: [] };
  }
  const stepMs = Math.min(...sorted.map((piece) => piece.stepMs));
  const values: number[] = [];
  let reachedMs = first.startMs;
  for (const piece of sorted) {
    if (piece.startMs > reachedMs) {
      problems.add(
        0,
        'Period',
        `nothing between ${new Date(reachedMs).toISOString()} and ${new Date(piece.startMs).toISOString()}`,
      );
      break;
    }
    // Two auctions may publish the same day: the finer resolution sorts first and stays.
    const count = Math.max(0, Math.round((endOf(piece) - reachedMs) / stepMs));
    values.push(...resample(piece, reachedMs, stepMs, count).values);
    reachedMs += count * stepMs;
  }
  return { startMs: first.startMs, stepMs, values };
}

function list(value: unknown): Element[] {
  if (value === undefined || value === null || value === '') return [];
  return (Array.isArray(value) ? value : [value]) as Element[];
}
