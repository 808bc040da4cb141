import type { Policy, Version } from './draft.ts';

/** One difference between two versions: where, and what stood there before and after; null is nothing. */
export interface Difference {
  /** Field of the static inputs, or an EVSE, a connector, the calendar. */
  readonly kind: 'field' | 'evse' | 'connector' | 'policies';
  readonly name: string;
  readonly before: string | number | null;
  readonly after: string | number | null;
}

type Side = Pick<Version, 'statics'> & { readonly policies?: readonly Policy[] };
type Flat = ReadonlyMap<string, Pick<Difference, 'kind'> & { readonly value: string | number }>;

/** What changed from one version to the next, in the order of the fields. */
export function differences(before: Side, after: Side): Difference[] {
  const [a, b] = [flat(before), flat(after)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((name): Difference[] => {
    const [was, is] = [a.get(name), b.get(name)];
    if (was?.value === is?.value) return [];
    const kind = (is ?? was)?.kind ?? 'field';
    return [{ kind, name, before: was?.value ?? null, after: is?.value ?? null }];
  });
}

function flat({ statics, policies }: Side): Flat {
  const found = new Map<string, Pick<Difference, 'kind'> & { value: string | number }>();
  for (const [name, value] of Object.entries(statics))
    if (typeof value === 'string' || typeof value === 'number') found.set(name, { kind: 'field', value });
  for (const evse of statics.evses) {
    const place = `${evse.locationId}/${evse.evseUid}`;
    found.set(place, { kind: 'evse', value: place });
    for (const { connectorId, chargeW, dischargeW } of evse.connectors)
      found.set(`${place}/${connectorId}`, {
        kind: 'connector',
        value: `${chargeW / 1000} / ${dischargeW === undefined ? '–' : dischargeW / 1000} kW`,
      });
  }
  for (const [index, policy] of (policies ?? []).entries())
    found.set(`${index + 1}`, { kind: 'policies', value: policyText(policy) });
  return found;
}

const two = (value: number) => String(value).padStart(2, '0');
export const hourText = (hour: number) => `${two(Math.floor(hour))}:${two(Math.round((hour % 1) * 60))}`;

function bandText({ minW, maxW }: Policy): string {
  if (minW === undefined) return maxW === undefined ? '' : `≤ ${maxW / 1000} kW`;
  return maxW === undefined ? `≥ ${minW / 1000} kW` : `${minW / 1000}–${maxW / 1000} kW`;
}

/** A rule in figures, the same in every language. */
export function policyText(policy: Policy): string {
  return [
    `${hourText(policy.fromHour)}–${hourText(policy.toHour)}`,
    policy.weekdays.length === 0 ? '' : policy.weekdays.join(','),
    bandText(policy),
    policy.maxStayMinutes === undefined ? '' : `≤ ${policy.maxStayMinutes} min`,
    policy.evses.map(({ evseUid }) => evseUid).join(', '),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
