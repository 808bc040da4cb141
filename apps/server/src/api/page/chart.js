// Site power against its limit: what was, what is planned, base load, limit and price, over 24 hours.
import { drawn, element, kilowatts, time } from './words.js';

const WIDTH = 960;
const HEIGHT = 300;
const LEFT = 52;
const RIGHT = 64;
const TOP = 22;
const BOTTOM = 26;
const RIGHT_EDGE = WIDTH - RIGHT;
const BOTTOM_EDGE = HEIGHT - BOTTOM;

export function siteChart(context, nowText) {
  const points = context.site;
  const from = new Date(points[0].start).getTime();
  const to = new Date(points.at(-1).end).getTime();
  const x = (text) => LEFT + ((new Date(text) - from) / (to - from)) * (RIGHT_EDGE - LEFT);
  const powers = points
    .flatMap((p) => [p.actualNetW, p.plannedNetW, p.baseW, p.limitW])
    .filter((w) => w !== null);
  const step = niceStep((Math.max(1000, ...powers) - Math.min(0, ...powers)) / 4);
  const low = Math.floor(Math.min(0, ...powers) / step) * step;
  const high = Math.ceil(Math.max(1000, ...powers) / step) * step;
  const y = (w) => BOTTOM_EDGE - ((w - low) / (high - low)) * (BOTTOM_EDGE - TOP);

  const svg = drawn('svg', { class: 'chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' });
  svg.append(drawn('title', {}, `Site power of ${context.objectId}: ${summary(points, nowText)}`));
  for (let w = low; w <= high + step / 2; w += step) {
    svg.append(drawn('line', { class: 'grid', x1: LEFT, x2: RIGHT_EDGE, y1: y(w), y2: y(w) }));
    svg.append(
      drawn('text', { x: LEFT - 6, y: y(w) + 4, 'text-anchor': 'end' }, String(Math.round(w / 100) / 10)),
    );
  }
  svg.append(drawn('text', { x: 4, y: 12 }, 'kW'));
  for (let at = Math.ceil(from / 10_800_000) * 10_800_000; at < to; at += 10_800_000) {
    svg.append(drawn('text', { x: x(at), y: HEIGHT - 8, 'text-anchor': 'middle' }, time(at)));
  }
  for (const point of points) {
    const actual = point.actualNetW;
    const w = actual ?? point.plannedNetW;
    if (w === null) continue;
    const bar = {
      class: actual === null ? 'planned' : 'actual',
      x: x(point.start),
      width: Math.max(1, x(point.end) - x(point.start) - 1),
      y: Math.min(y(0), y(w)),
      height: Math.abs(y(w) - y(0)),
    };
    const label = `${time(point.start)} to ${time(point.end)}: ${kilowatts(w)} ${actual === null ? 'planned' : 'measured'}`;
    svg.append(drawn('rect', bar, drawn('title', {}, label)));
  }
  svg.append(stepLine('base', points, (p) => p.baseW, x, y));
  svg.append(stepLine('limit', points, (p) => p.limitW, x, y));
  addPrice(svg, points, x, context.currency);
  svg.append(drawn('line', { class: 'now', x1: x(nowText), x2: x(nowText), y1: TOP - 6, y2: BOTTOM_EDGE }));
  svg.append(drawn('text', { x: x(nowText), y: 12, 'text-anchor': 'middle' }, `now ${time(nowText)}`));
  return svg;
}

export function legend(currency) {
  const bar = (name) => drawn('rect', { class: name, width: 24, height: 12 });
  const line = (name) => drawn('path', { class: name, d: 'M0 6H24' });
  const entry = (mark, text) =>
    element('li', {}, drawn('svg', { viewBox: '0 0 24 12', 'aria-hidden': 'true' }, mark), text);
  return element(
    'ul',
    { class: 'legend' },
    entry(bar('actual'), 'measured net power'),
    entry(bar('planned'), 'planned net power'),
    entry(line('base'), 'base load without cars'),
    entry(line('limit'), 'import limit'),
    entry(line('price'), `price in ${currency}/kWh (right)`),
  );
}

function addPrice(svg, points, x, currency) {
  const prices = points.map((p) => p.importPrice).filter((price) => price !== null);
  if (prices.length === 0) return;
  const low = Math.min(0, ...prices);
  const high = Math.max(0.01, ...prices);
  const y = (price) => BOTTOM_EDGE - ((price - low) / (high - low)) * (BOTTOM_EDGE - TOP);
  svg.append(stepLine('price', points, (p) => p.importPrice, x, y));
  for (const price of [low, (low + high) / 2, high]) {
    svg.append(drawn('text', { x: RIGHT_EDGE + 6, y: y(price) + 4 }, price.toFixed(3)));
  }
  svg.append(drawn('text', { x: WIDTH - 4, y: 12, 'text-anchor': 'end' }, `${currency}/kWh`));
}

function stepLine(name, points, read, x, y) {
  let path = '';
  let isDown = false;
  for (const point of points) {
    const value = read(point);
    if (value === null) {
      isDown = false;
      continue;
    }
    path += `${isDown ? 'L' : 'M'}${x(point.start).toFixed(1)} ${y(value).toFixed(1)}H${x(point.end).toFixed(1)}`;
    isDown = true;
  }
  return drawn('path', { class: name, d: path });
}

function summary(points, nowText) {
  const now = points.find((p) => new Date(p.end) > new Date(nowText));
  const highest = Math.max(...points.map((p) => p.actualNetW ?? p.plannedNetW ?? 0));
  return `planned now ${kilowatts(now?.plannedNetW)}, limit ${kilowatts(now?.limitW)}, highest of the day ${kilowatts(highest)}`;
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}
