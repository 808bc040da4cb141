// Numbers and times as a person reads them. Everything carries its unit; times are the reader's local time.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });

export const NONE = '–';

export function kilowatts(powerW) {
  return powerW === null || powerW === undefined ? NONE : `${(powerW / 1000).toFixed(1)} kW`;
}

export function kilowattHours(energyWh) {
  return energyWh === null || energyWh === undefined ? NONE : `${(energyWh / 1000).toFixed(1)} kWh`;
}

export function percent(share) {
  return share === null || share === undefined ? NONE : `${Math.round(share * 100)} %`;
}

export function money(amount, currency) {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
}

export function time(text) {
  return text ? clock.format(new Date(text)) : NONE;
}

/** With the weekday where it is not within twelve hours. */
export function moment(text, nowText) {
  if (!text) return NONE;
  const at = new Date(text);
  return Math.abs(at - new Date(nowText)) < 12 * 3_600_000 ? clock.format(at) : day.format(at);
}

export function ago(text, nowText) {
  if (!text) return 'never';
  const seconds = Math.max(0, Math.round((new Date(nowText) - new Date(text)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3600)} h ago`;
}

/** An element with attributes and children; text is always text, so nothing a peer sends becomes markup. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
