import { type Kysely, sql } from 'kysely';
import type { Database, Store } from '../../store/index.ts';
import { isSecretName } from '../journal/mask.ts';
import { plainText } from '../plain-text.ts';

/** One attribute of one variable (2.x), or one configuration key (1.6: component empty). */
export interface Variable {
  readonly component: string;
  readonly componentInstance: string | null;
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly variable: string;
  readonly variableInstance: string | null;
  /** Actual, Target, MinSet or MaxSet. */
  readonly attribute: string;
  /** null: write-only, or a secret. */
  readonly value: string | null;
  readonly mutability: string | null;
  readonly characteristics: Readonly<Record<string, unknown>> | null;
}

export interface ReadVariable extends Variable {
  readonly readMs: number;
}

/** What a report says of one component and variable (2.0.1 and 2.1 agree in it). */
export interface ReportedVariable {
  readonly component: Named & { readonly evse?: { readonly id: number; readonly connectorId?: number } };
  readonly variable: Named;
  readonly variableAttribute: readonly {
    readonly type?: string;
    readonly value?: string;
    readonly mutability?: string;
  }[];
  readonly variableCharacteristics?: object;
}
interface Named {
  readonly name: string;
  readonly instance?: string;
}

const LONGEST_VALUE = 2_500;
const ROWS_AT_ONCE = 200;

/** Ids of OCPP are 32 bits. */
const LARGEST_ID = 2 ** 31 - 1;
const isId = (id: number | undefined) => id === undefined || Math.abs(id) <= LARGEST_ID;

/** The attributes of a 2.x report as rows; none of a place that cannot be. */
export function variablesOf(reported: ReportedVariable): Variable[] {
  const { component, variable, variableAttribute, variableCharacteristics } = reported;
  if (!isId(component.evse?.id) || !isId(component.evse?.connectorId)) return [];
  return variableAttribute.map((attribute) => ({
    component: plainText(component.name, 50) ?? '',
    componentInstance: plainText(component.instance, 50),
    evseId: component.evse?.id ?? null,
    connectorId: component.evse?.connectorId ?? null,
    variable: plainText(variable.name, 50) ?? '',
    variableInstance: plainText(variable.instance, 50),
    attribute: attribute.type ?? 'Actual',
    value: isSecretName(variable.name) ? null : plainText(attribute.value, LONGEST_VALUE),
    mutability: attribute.mutability ?? null,
    characteristics: storable(variableCharacteristics),
  }));
}

/** Texts within as the database takes them. */
function storable(characteristics: object | undefined): Readonly<Record<string, unknown>> | null {
  if (characteristics === undefined) return null;
  return Object.fromEntries(
    Object.entries(characteristics).map(([name, value]) => [
      name,
      typeof value === 'string' ? plainText(value, LONGEST_VALUE) : value,
    ]),
  );
}

/** A 1.6 configuration key as a row. */
export function configurationKey(
  key: string,
  value: string | undefined,
  readonly: boolean | undefined,
): Variable {
  return {
    component: '',
    componentInstance: null,
    evseId: null,
    connectorId: null,
    variable: plainText(key, 50) ?? '',
    variableInstance: null,
    attribute: 'Actual',
    value: isSecretName(key) ? null : plainText(value, LONGEST_VALUE),
    mutability: readonly === undefined ? null : readonly ? 'ReadOnly' : 'ReadWrite',
    characteristics: null,
  };
}

function pathOf(v: Variable): string {
  const place = v.evseId === null ? '' : `#${v.evseId}${v.connectorId === null ? '' : `.${v.connectorId}`}`;
  const instance = (text: string | null) => (text === null ? '' : `[${text}]`);
  return `${v.component}${instance(v.componentInstance)}${place}/${v.variable}${instance(v.variableInstance)}:${v.attribute}`;
}

/** Stores what was read; a variable that is there already gets its new value. */
export async function putVariables(
  db: Kysely<Database>,
  stationId: string,
  variables: readonly Variable[],
  readMs: number,
): Promise<void> {
  const rows = new Map(
    variables.map((v) => [
      pathOf(v),
      {
        station_id: stationId,
        path: pathOf(v),
        component: v.component,
        component_instance: v.componentInstance,
        evse_id: v.evseId,
        connector_id: v.connectorId,
        variable: v.variable,
        variable_instance: v.variableInstance,
        attribute: v.attribute,
        value: v.value,
        mutability: v.mutability,
        characteristics: v.characteristics === null ? null : JSON.stringify(v.characteristics),
        read_ms: readMs,
      },
    ]),
  );
  const all = [...rows.values()];
  for (let start = 0; start < all.length; start += ROWS_AT_ONCE) {
    await db
      .insertInto('station_variable')
      .values(all.slice(start, start + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict.columns(['station_id', 'path']).doUpdateSet({
          value: sql`excluded.value`,
          // An event tells a value only; what a report said about the variable stays.
          mutability: sql`coalesce(excluded.mutability, station_variable.mutability)`,
          characteristics: sql`coalesce(excluded.characteristics, station_variable.characteristics)`,
          read_ms: sql`excluded.read_ms`,
        }),
      )
      .execute();
  }
}

/** Removes what a complete report did not name any more. */
export async function forgetVariables(
  db: Kysely<Database>,
  stationId: string,
  beforeMs: number,
): Promise<void> {
  await db
    .deleteFrom('station_variable')
    .where('station_id', '=', stationId)
    .where('read_ms', '<', beforeMs)
    .execute();
}

export async function readVariables(store: Store, stationId: string): Promise<readonly ReadVariable[]> {
  const rows = await store.db
    .selectFrom('station_variable')
    .selectAll()
    .where('station_id', '=', stationId)
    .orderBy('path')
    .execute();
  return rows.map((row) => ({
    component: row.component,
    componentInstance: row.component_instance,
    evseId: row.evse_id,
    connectorId: row.connector_id,
    variable: row.variable,
    variableInstance: row.variable_instance,
    attribute: row.attribute,
    value: row.value,
    mutability: row.mutability,
    characteristics: row.characteristics as Readonly<Record<string, unknown>> | null,
    readMs: row.read_ms,
  }));
}
