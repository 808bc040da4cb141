import { isDeepStrictEqual } from 'node:util';
import { type Outcome, refused } from '@smac/ocpi';
import type { Trx } from './room.ts';
import type { ServicePolicy } from './service-policy.ts';
import { isTimeZone } from './time-zone.ts';

const FINE = { ok: true, data: undefined } as const;

/** Refuses a calendar that cannot be read: a zone nobody knows, hours beyond a day, a band upside down, a stay of no time. */
export function judgePolicies(policies: readonly ServicePolicy[]): Outcome<undefined> {
  for (const [index, policy] of policies.entries()) {
    const wrong = wrongPolicy(policy);
    if (wrong !== undefined) return refused('invalidParameters', `policies[${index}].${wrong}`);
  }
  return FINE;
}

function wrongPolicy({ timeZone, fromHour, toHour, minW, maxW, maxStayMinutes, weekdays }: ServicePolicy) {
  if (!isTimeZone(timeZone)) return `timeZone: ${timeZone} is not an IANA time zone`;
  for (const [name, hour] of [['fromHour', fromHour] as const, ['toHour', toHour] as const])
    if (!(hour >= 0 && hour <= 24)) return `${name}: must be 0 to 24, got ${hour}`;
  if (weekdays.some((day) => !(Number.isInteger(day) && day >= 1 && day <= 7)))
    return 'weekdays: must be 1 (Monday) to 7 (Sunday)';
  if (minW !== undefined && maxW !== undefined && minW > maxW)
    return `minW: ${minW} W is more than maxW, ${maxW} W`;
  if (maxStayMinutes !== undefined && !(maxStayMinutes > 0)) return 'maxStayMinutes: must be more than 0';
  return undefined;
}

/** The calendars of some contexts, each in its order. */
export async function readPolicies(
  db: Pick<Trx, 'selectFrom'>,
  contextIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ServicePolicy[]>> {
  const found = new Map<string, ServicePolicy[]>(contextIds.map((id) => [id, []]));
  if (contextIds.length === 0) return found;
  const rows = await db
    .selectFrom('service_policy')
    .select(['context_id', 'policy'])
    .where('context_id', 'in', [...found.keys()])
    .orderBy('position')
    .execute();
  for (const { context_id, policy } of rows) found.get(context_id)?.push(policy as ServicePolicy);
  return found;
}

/** The calendar of one context, in its order. */
export async function policiesOf(
  db: Pick<Trx, 'selectFrom'>,
  contextId: string,
): Promise<readonly ServicePolicy[]> {
  return (await readPolicies(db, [contextId])).get(contextId) ?? [];
}

/** Puts a calendar in the place of the one before. Resolves to whether anything changed. */
export async function replacePolicies(
  trx: Trx,
  contextId: string,
  policies: readonly ServicePolicy[],
): Promise<boolean> {
  if (isDeepStrictEqual(await policiesOf(trx, contextId), JSON.parse(JSON.stringify(policies)))) return false;
  await trx.deleteFrom('service_policy').where('context_id', '=', contextId).execute();
  if (policies.length > 0) {
    await trx
      .insertInto('service_policy')
      .values(
        policies.map((policy, position) => ({
          context_id: contextId,
          position,
          policy: JSON.stringify(policy),
        })),
      )
      .execute();
  }
  return true;
}
